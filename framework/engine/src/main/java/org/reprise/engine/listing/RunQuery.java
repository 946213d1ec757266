package org.reprise.engine.listing;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.results.Where;
import org.reprise.support.Suggestion;

/** Which runs somebody asks for: {@code KEY=VALUE} conditions, all of which hold. */
public final class RunQuery {
  private static final String STATE = "state";

  private RunQuery() {}

  /**
   * Keeps the runs that meet every condition.
   *
   * @param runs any number
   * @param conditions on keys of the experiment, or on {@code state}
   * @throws InvalidInputException if no run has a condition's key
   */
  public static List<RunLine> filter(List<RunLine> runs, List<Where> conditions) {
    for (Where where : conditions) {
      requireKey(runs, where.key());
    }
    return runs.stream()
        .filter(run -> conditions.stream().allMatch(where -> holds(where, run)))
        .toList();
  }

  private static boolean holds(Where where, RunLine run) {
    return where.key().equals(STATE)
        ? run.state().name().toLowerCase(Locale.ROOT).equals(where.value())
        : run.meets(where);
  }

  private static void requireKey(List<RunLine> runs, String key) {
    if (runs.isEmpty() || key.equals(STATE) || runs.stream().anyMatch(run -> run.knows(key))) {
      return;
    }
    Set<String> known = new TreeSet<>(Set.of(STATE));
    runs.forEach(run -> known.addAll(run.keys().keySet()));
    throw new InvalidInputException(
        "no run has a key \"" + key + "\"; " + Suggestion.hint(key, known));
  }
}
