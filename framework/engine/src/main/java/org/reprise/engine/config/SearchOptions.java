package org.reprise.engine.config;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * How settings are searched for, beside the space that they are drawn from.
 *
 * @param method how trials are given epochs
 * @param trials settings that are tried, at least 2
 * @param factor of {@code successive-halving}: one of so many trials goes on from one rung to the
 *     next, and trains so many times as long; at least 2
 * @param minEpochs of {@code successive-halving}: what every trial trains at least, from 1
 * @param seed that settings are drawn by
 */
public record SearchOptions(
    @Option(
            "random: every trial trains all epochs; successive-halving: the better ones of each"
                + " rung go on")
        Method method,
    @Option("settings that are tried") int trials,
    @Option(
            value = "one of so many trials goes on from one rung to the next (successive-halving)",
            defaultValue = "3")
        int factor,
    @Option(
            value = "epochs that every trial trains at least (successive-halving)",
            defaultValue = "1")
        int minEpochs,
    @Option(value = "seed that settings are drawn by", defaultValue = "0") long seed) {
  private static final int MOST_TRIALS = 10_000;

  /** Checks ranges. */
  public SearchOptions {
    InvalidOptionException.unless(
        trials >= 2 && trials <= MOST_TRIALS,
        "trials",
        "must be 2 to %d, found %d",
        MOST_TRIALS,
        trials);
    InvalidOptionException.unless(factor >= 2, "factor", "must be 2 or more, found %d", factor);
    InvalidOptionException.unless(
        minEpochs >= 1, "min-epochs", "must be 1 or more, found %d", minEpochs);
  }

  /**
   * Reads options that were written by a program.
   *
   * @param text YAML or JSON
   * @param source what messages call it
   * @throws ConfigException with all problems found
   */
  public static SearchOptions parse(String text, String source) {
    RecordBinder binder = new RecordBinder(System::getenv);
    SearchOptions options =
        binder.bind(SearchOptions.class, YamlReader.readValue(text, source), "search");
    binder.throwIfProblems();
    return options;
  }

  /** How trials are given epochs. */
  public enum Method {
    /** Every trial trains all epochs. */
    RANDOM,
    /**
     * All trials train a few epochs, the better ones go on for more (Jamieson and Talwalkar,
     * Non-stochastic best arm identification, AISTATS 2016, algorithm 1).
     */
    SUCCESSIVE_HALVING
  }
}
