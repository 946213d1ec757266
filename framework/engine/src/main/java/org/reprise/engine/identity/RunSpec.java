package org.reprise.engine.identity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All that makes a run what it is, and nothing else: the resolved experiment, the samples as
 * decoded, the content of every declared input, the plugins' builds. Places of files, the device,
 * versions and threads are recorded beside it and are not part of it.
 *
 * @param content maps, lists, texts, numbers and truth values, by key
 */
public record RunSpec(Map<String, Object> content) {
  /** Copies the map. */
  public RunSpec {
    content = Collections.unmodifiableMap(new LinkedHashMap<>(content));
  }

  /**
   * Returns the run's identity.
   *
   * @return SHA-256 of the canonical JSON, 64 hexadecimal digits
   */
  public String id() {
    return Digests.ofText(CanonicalJson.write(content));
  }

  /**
   * A key in which two runs differ.
   *
   * @param key with dots, e.g. {@code training.optimizer.lr}
   * @param before its value in the first, {@code nothing} where it is missing
   * @param now its value in the second, likewise
   */
  public record Difference(String key, String before, String now) {
    @Override
    public String toString() {
      return key + ": " + before + " before, " + now + " now";
    }
  }

  /**
   * Compares two runs.
   *
   * @param now the other one
   * @return the keys that differ, in alphabetical order
   */
  public List<Difference> differences(RunSpec now) {
    Map<String, String> first = flat(content);
    Map<String, String> second = flat(now.content);
    TreeMap<String, String> keys = new TreeMap<>(first);
    keys.putAll(second);
    List<Difference> differences = new ArrayList<>();
    for (String key : keys.keySet()) {
      if (!Objects.equals(first.get(key), second.get(key))) {
        differences.add(
            new Difference(
                key, first.getOrDefault(key, "nothing"), second.getOrDefault(key, "nothing")));
      }
    }
    return differences;
  }

  private static Map<String, String> flat(Map<String, Object> content) {
    Map<String, String> flat = new TreeMap<>();
    content.forEach((key, value) -> flatten(flat, key, value));
    return flat;
  }

  private static void flatten(Map<String, String> flat, String key, Object value) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((name, item) -> flatten(flat, key + "." + name, item));
    } else {
      flat.put(key, String.valueOf(value));
    }
  }
}
