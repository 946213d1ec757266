package org.reprise.engine.results;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.reprise.api.InvalidInputException;
import org.reprise.support.Suggestion;

/** Values of runs by dotted keys, as {@code training.optimizer.lr}. */
final class Keys {
  /** Parts of what a run is that are digests of content and no settings. */
  static final Set<String> CONTENT = Set.of("samples", "classes", "plugins");

  /** Digests of the files that blocks depend on: settings in all but name, as weights are. */
  static final String INPUTS = "inputs";

  private static final int SHOWN_DIGITS = 12;

  /** Stands for a key that a run does not have. */
  static final Object NOTHING = "-";

  /** The key under which a run's experiment can be asked for. */
  static final String EXPERIMENT = "experiment";

  private Keys() {}

  /** Returns a run's value: maps, lists, texts, numbers, truth values, or {@link #NOTHING}. */
  static Object value(RunRecord run, String key) {
    if (key.equals(EXPERIMENT)) {
      return run.experiment();
    }
    Object at = run.spec().content();
    for (String part : key.split("\\.", -1)) {
      at = at instanceof Map<?, ?> map ? map.get(part) : null;
    }
    return at == null ? NOTHING : at;
  }

  /**
   * Insists that at least one run has a key.
   *
   * @throws InvalidInputException if none has
   */
  static void require(Iterable<RunRecord> runs, String key) {
    Set<String> known = new TreeSet<>(Set.of(EXPERIMENT));
    for (RunRecord run : runs) {
      if (value(run, key) != NOTHING) {
        return;
      }
      run.spec().content().forEach((name, value) -> collect(known, name, value));
    }
    throw new InvalidInputException(
        "no run has a key \"" + key + "\"; " + Suggestion.hint(key, known));
  }

  private static void collect(Set<String> known, String key, Object value) {
    if (!CONTENT.contains(key)) {
      known.add(key);
      if (value instanceof Map<?, ?> map) {
        map.forEach((name, item) -> collect(known, key + "." + name, item));
      }
    }
  }

  /** Returns the distinct values of some runs, in their order. */
  static Set<Object> distinct(Iterable<RunRecord> runs, String key) {
    Set<Object> distinct = new LinkedHashSet<>();
    for (RunRecord run : runs) {
      distinct.add(value(run, key));
    }
    return distinct;
  }

  /** Writes a value as people do: 1 for 1.0, a block by its name. */
  static String text(Object value) {
    if (value instanceof Map<?, ?> map && map.get("name") instanceof String name) {
      return name;
    }
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    }
    if (value instanceof List<?> items) {
      return "[" + String.join(", ", items.stream().map(Keys::text).toList()) + "]";
    }
    String text = String.valueOf(value);
    return text.matches("[0-9a-f]{64}") ? text.substring(0, SHOWN_DIGITS) : text;
  }
}
