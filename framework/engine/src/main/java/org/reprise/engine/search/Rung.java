package org.reprise.engine.search;

import java.util.ArrayList;
import java.util.List;
import org.reprise.engine.config.SearchOptions;
import org.reprise.engine.config.SearchOptions.Method;

/**
 * A step of a search: so many trials train to so many epochs, then they are compared.
 *
 * @param trials how many, at least 1
 * @param epochs since their start
 */
public record Rung(int trials, int epochs) {

  /**
   * Returns the rungs of a search. The last one trains all epochs, each one before it {@code
   * factor} times fewer for {@code factor} times more trials, as long as every trial trains {@code
   * min-epochs}.
   *
   * @param options how is searched
   * @param epochs of a run, at least {@code min-epochs}
   * @return with rising epochs and falling trials, at least one
   */
  public static List<Rung> of(SearchOptions options, int epochs) {
    int steps = 0;
    if (options.method() == Method.SUCCESSIVE_HALVING) {
      long share = options.factor();
      while (options.trials() / share >= 1 && epochs / share >= options.minEpochs()) {
        steps++;
        share *= options.factor();
      }
    }
    List<Rung> rungs = new ArrayList<>();
    for (int i = 0; i <= steps; i++) {
      long fewer = power(options.factor(), i);
      long shorter = power(options.factor(), steps - i);
      rungs.add(new Rung((int) (options.trials() / fewer), (int) (epochs / shorter)));
    }
    return List.copyOf(rungs);
  }

  private static long power(long base, int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= base;
    }
    return power;
  }

  /** Returns the epochs that all trials together train: later rungs go on where earlier end. */
  public static long epochs(List<Rung> rungs) {
    long sum = 0;
    int before = 0;
    for (Rung rung : rungs) {
      sum += (long) rung.trials() * (rung.epochs() - before);
      before = rung.epochs();
    }
    return sum;
  }
}
