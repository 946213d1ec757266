package org.reprise.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reprise.api.InvalidInputException;

/** Applies {@code --set key.path=value} to an experiment. */
final class Overrides {
  private Overrides() {}

  /** Returns {@code root} with every override applied in order. */
  static YamlNode.Mapping apply(YamlNode.Mapping root, List<String> overrides) {
    YamlNode.Mapping result = root;
    for (String override : overrides) {
      int equals = override.indexOf('=');
      List<String> keys = List.of(override.substring(0, Math.max(equals, 0)).strip().split("\\."));
      if (equals < 1 || keys.isEmpty()) {
        throw new InvalidInputException(
            "--set " + override + ": expected key=value, as in --set training.epochs=5");
      }
      String source = "--set " + override;
      YamlNode value = YamlReader.readValue(override.substring(equals + 1), source);
      result = (YamlNode.Mapping) set(result, keys, value, source);
    }
    return result;
  }

  /**
   * Sets one value.
   *
   * @param root a block
   * @param key with dots
   * @param value what to put there
   * @param source for messages
   */
  static YamlNode.Mapping set(YamlNode.Mapping root, String key, YamlNode value, String source) {
    return (YamlNode.Mapping) set(root, List.of(key.split("\\.")), value, source);
  }

  /**
   * Finds a value.
   *
   * @param root a block
   * @param key with dots
   * @return what stands there, or null
   */
  static YamlNode get(YamlNode.Mapping root, String key) {
    YamlNode node = root;
    for (String part : key.split("\\.")) {
      node = node instanceof YamlNode.Mapping mapping ? mapping.entries().get(part) : null;
    }
    return node;
  }

  private static YamlNode set(YamlNode node, List<String> keys, YamlNode value, String source) {
    if (keys.isEmpty()) {
      return value;
    }
    String key = keys.get(0);
    List<String> rest = keys.subList(1, keys.size());
    if (node instanceof YamlNode.Sequence sequence && key.matches("[0-9]{1,9}")) {
      int index = Integer.parseInt(key);
      if (index >= sequence.items().size()) {
        throw new InvalidInputException(
            source
                + ": the list has "
                + sequence.items().size()
                + " entries, counted from 0; there is no entry "
                + key);
      }
      List<YamlNode> items = new ArrayList<>(sequence.items());
      items.set(index, set(items.get(index), rest, value, source));
      return new YamlNode.Sequence(items, sequence.place());
    }
    YamlNode.Mapping mapping = asMapping(node, value.place());
    YamlNode child = mapping.entries().get(key);
    return mapping.with(
        key, set(child == null ? empty(value.place()) : child, rest, value, source));
  }

  private static YamlNode.Mapping asMapping(YamlNode node, Place place) {
    if (node instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    if (node instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.ScalarType.TEXT) {
      // a bare name stands for a block without options: prompt: padding
      return empty(scalar.place()).with("name", scalar);
    }
    return empty(place);
  }

  private static YamlNode.Mapping empty(Place place) {
    return new YamlNode.Mapping(new LinkedHashMap<>(), Map.of(), place);
  }
}
