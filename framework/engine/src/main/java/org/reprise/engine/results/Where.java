package org.reprise.engine.results;

import java.util.Collection;
import java.util.List;
import org.reprise.api.InvalidInputException;

/**
 * A condition on runs, as {@code mapping=blm++} or {@code training.optimizer.lr=0.01}.
 *
 * @param key with dots; {@code experiment} asks for the experiment's name
 * @param value as written: a block's name, a number, a text, a truth value
 */
public record Where(String key, String value) {
  /**
   * Reads a condition.
   *
   * @param text {@code KEY=VALUE}
   * @throws InvalidInputException if it is not of this form
   */
  public static Where parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new InvalidInputException(
          "--where " + text + ": expected KEY=VALUE, e.g. mapping=blm or seed=1");
    }
    return new Where(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
  }

  /**
   * Keeps the runs that meet every condition.
   *
   * @throws InvalidInputException if no run has a condition's key
   */
  public static List<RunRecord> filter(Collection<RunRecord> runs, List<Where> conditions) {
    if (!runs.isEmpty()) {
      conditions.forEach(where -> Keys.require(runs, where.key()));
    }
    return runs.stream()
        .filter(run -> conditions.stream().allMatch(where -> where.holds(run)))
        .toList();
  }

  /** Tells whether a run meets it. */
  public boolean holds(RunRecord run) {
    return asksFor(Keys.text(Keys.value(run, key)));
  }

  /**
   * Tells whether it asks for a value.
   *
   * @param found as people write it: a block by its name, a number, a text, a truth value
   */
  public boolean asksFor(String found) {
    return found.equals(value) || isNumber(found, value);
  }

  private static boolean isNumber(String found, String wanted) {
    try {
      return Double.parseDouble(found) == Double.parseDouble(wanted);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
