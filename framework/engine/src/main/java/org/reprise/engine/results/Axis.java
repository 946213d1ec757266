package org.reprise.engine.results;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A key by which runs are told apart.
 *
 * @param key with dots, e.g. {@code mapping} or {@code training.optimizer.lr}
 * @param labels of each value that a run has there; blocks of one name are told apart by the
 *     options in which they differ, as in {@code blm laplace=2}
 */
public record Axis(String key, Map<Object, String> labels) {
  /** The key that counts repetitions. */
  public static final String SEED = "seed";

  /**
   * Makes the axis of a key.
   *
   * @param runs which are to be told apart
   * @param key of theirs
   * @throws org.reprise.api.InvalidInputException if none has it
   */
  public static Axis of(Collection<RunRecord> runs, String key) {
    Keys.require(runs, key);
    return new Axis(key, labels(Keys.distinct(runs, key)));
  }

  /**
   * Returns the label of a run's value.
   *
   * @param run one of those that the axis was made for
   */
  public String label(RunRecord run) {
    return labels.getOrDefault(Keys.value(run, key), "-");
  }

  /** Returns all labels, numbers by size and texts by the alphabet. */
  public List<String> values() {
    return labels.values().stream().distinct().sorted(ORDER).toList();
  }

  /** Numbers by size, before texts by the alphabet. */
  public static final Comparator<String> ORDER =
      Comparator.comparingDouble(Axis::number).thenComparing(Comparator.naturalOrder());

  private static double number(String label) {
    try {
      return Double.parseDouble(label);
    } catch (NumberFormatException e) {
      return Double.POSITIVE_INFINITY;
    }
  }

  private static Map<Object, String> labels(Set<Object> values) {
    Map<String, List<Object>> byText = new LinkedHashMap<>();
    values.forEach(
        value -> byText.computeIfAbsent(Keys.text(value), text -> new ArrayList<>()).add(value));
    Map<Object, String> labels = new LinkedHashMap<>();
    byText.forEach(
        (text, alike) -> {
          Set<String> differing = alike.size() == 1 ? Set.of() : differing(alike);
          alike.forEach(value -> labels.put(value, text + options(value, differing)));
        });
    return labels;
  }

  private static Set<String> differing(List<Object> blocks) {
    Set<String> keys = new TreeSet<>();
    Map<String, String> first = flat(blocks.get(0));
    for (Object block : blocks) {
      Map<String, String> other = flat(block);
      Set<String> all = new TreeSet<>(first.keySet());
      all.addAll(other.keySet());
      all.removeIf(key -> Objects.equals(first.get(key), other.get(key)));
      keys.addAll(all);
    }
    return keys;
  }

  private static String options(Object block, Set<String> keys) {
    Map<String, String> options = flat(block);
    StringBuilder text = new StringBuilder();
    keys.forEach(
        key -> text.append(' ').append(key).append('=').append(options.getOrDefault(key, "-")));
    return text.toString();
  }

  private static Map<String, String> flat(Object block) {
    Map<String, String> flat = new TreeMap<>();
    if (block instanceof Map<?, ?> map) {
      map.forEach((key, value) -> flatten(flat, String.valueOf(key), value));
    }
    return flat;
  }

  private static void flatten(Map<String, String> flat, String key, Object value) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, item) -> flatten(flat, key + "." + name, item));
    } else {
      flat.put(key, Keys.text(value));
    }
  }
}
