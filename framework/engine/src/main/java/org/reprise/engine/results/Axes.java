package org.reprise.engine.results;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys in which some runs differ.
 *
 * <p>Blocks that differ in their name are one axis, whatever options come with the name. A setting
 * that has one value for each value of such a block, as a batch size chosen for each data set, is
 * no axis of its own: it goes along.
 *
 * @param axes in the order of an experiment's keys; the seed among them where it differs
 * @param along settings that go along with a block, by their key: the block's key
 */
public record Axes(List<Axis> axes, Map<String, String> along) {
  /** Copies the collections. */
  public Axes {
    axes = List.copyOf(axes);
    along = Collections.unmodifiableMap(new LinkedHashMap<>(along));
  }

  /**
   * Finds them.
   *
   * @param runs any number
   */
  public static Axes of(Collection<RunRecord> runs) {
    Set<String> roots = new LinkedHashSet<>();
    runs.forEach(run -> roots.addAll(run.spec().content().keySet()));
    roots.removeAll(Keys.CONTENT);
    List<String> keys = new ArrayList<>();
    roots.forEach(key -> differing(runs, key, keys));
    List<String> blocks = keys.stream().filter(key -> isBlock(runs, key)).toList();
    List<Axis> axes = new ArrayList<>();
    Map<String, String> along = new LinkedHashMap<>();
    for (String key : keys) {
      Optional<String> block =
          key.equals(Axis.SEED) || blocks.contains(key)
              ? Optional.empty()
              : blocks.stream().filter(by -> follows(runs, key, by)).findFirst();
      if (block.isEmpty()) {
        axes.add(Axis.of(runs, key));
      } else if (!key.startsWith(Keys.INPUTS + ".")) { // other blocks have other files: no news
        along.put(key, block.get());
      }
    }
    return new Axes(axes, along);
  }

  /** Returns the axis of a key, if runs differ there. */
  public Optional<Axis> find(String key) {
    return axes.stream().filter(axis -> axis.key().equals(key)).findFirst();
  }

  private static void differing(Collection<RunRecord> runs, String key, List<String> found) {
    Set<Object> values = Keys.distinct(runs, key);
    if (values.size() < 2) {
      return;
    }
    boolean open =
        values.stream().allMatch(Map.class::isInstance)
            && values.stream().map(value -> ((Map<?, ?>) value).get("name")).distinct().count()
                == 1;
    if (!open) {
      found.add(key);
      return;
    }
    Set<String> inside = new TreeSet<>();
    values.forEach(value -> ((Map<?, ?>) value).keySet().forEach(k -> inside.add("" + k)));
    inside.forEach(name -> differing(runs, key + "." + name, found));
  }

  private static boolean isBlock(Collection<RunRecord> runs, String key) {
    return Keys.distinct(runs, key).stream()
        .anyMatch(value -> value instanceof Map<?, ?> map && map.containsKey("name"));
  }

  private static boolean follows(Collection<RunRecord> runs, String key, String by) {
    Map<Object, Object> seen = new HashMap<>();
    for (RunRecord run : runs) {
      Object value = Keys.value(run, key);
      Object before = seen.putIfAbsent(Keys.value(run, by), value);
      if (before != null && !before.equals(value)) {
        return false;
      }
    }
    return true;
  }
}
