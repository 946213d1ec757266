package org.reprise.engine.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML value that knows where it was written. Immutable. */
public sealed interface YamlNode {

  /** Where the value starts. */
  Place place();

  /** What kind of value this is, for messages. */
  String kind();

  /**
   * A text, number, truth value or nothing.
   *
   * @param text as written; empty for null
   * @param type what YAML takes it for
   * @param place where
   */
  record Scalar(String text, ScalarType type, Place place) implements YamlNode {
    @Override
    public String kind() {
      return type.label
          + (type == ScalarType.NULL
              ? ""
              : " " + (type == ScalarType.TEXT ? '"' + text + '"' : text));
    }
  }

  /** YAML's scalar types. */
  enum ScalarType {
    TEXT("text"),
    INTEGER("integer"),
    DECIMAL("number"),
    BOOLEAN("truth value"),
    NULL("nothing");

    private final String label;

    ScalarType(String label) {
      this.label = label;
    }
  }

  /**
   * A list.
   *
   * @param items in order
   * @param place where
   */
  record Sequence(List<YamlNode> items, Place place) implements YamlNode {
    /** Copies the list. */
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A block of keys.
   *
   * @param entries values by key, in the order written
   * @param keys where each key was written
   * @param place where the block starts
   */
  record Mapping(Map<String, YamlNode> entries, Map<String, Place> keys, Place place)
      implements YamlNode {
    /** Copies the maps, keeping their order. */
    public Mapping {
      entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      keys = Map.copyOf(keys);
    }

    @Override
    public String kind() {
      return "a block of keys";
    }

    /** Returns this block with one more or another value. */
    Mapping with(String key, YamlNode value) {
      Map<String, YamlNode> changed = new LinkedHashMap<>(entries);
      changed.put(key, value);
      Map<String, Place> changedKeys = new LinkedHashMap<>(keys);
      changedKeys.put(key, value.place());
      return new Mapping(changed, changedKeys, place);
    }

    /** Returns this block without some keys. */
    Mapping without(java.util.Collection<String> names) {
      Map<String, YamlNode> rest = new LinkedHashMap<>(entries);
      rest.keySet().removeAll(names);
      return new Mapping(rest, keys, place);
    }
  }
}
