package org.reprise.engine.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times several methods in turn, so that a machine shared with others disturbs all alike.
 *
 * @param medianSeconds of one call
 * @param lowSeconds lower quartile
 * @param highSeconds upper quartile
 */
public record Timing(double medianSeconds, double lowSeconds, double highSeconds) {
  private static final int WARM_UPS = 2;
  // libtorch's threads go on asking for work for some 5 ms after an operation, on the processors
  // that the next method needs
  private static final int REST_MILLIS = 25;

  /**
   * Runs all methods round by round, after two rounds that do not count, with a rest before each.
   *
   * @param methods what to time; each waits for its own work
   * @param rounds at least 1
   * @param calls of a method in one timing, for methods of some microseconds
   * @return a timing for each method, in order
   */
  static List<Timing> ofTurns(List<Runnable> methods, int rounds, int calls) {
    double[][] seconds = new double[methods.size()][rounds];
    for (int round = -WARM_UPS; round < rounds; round++) {
      for (int m = 0; m < methods.size(); m++) {
        rest();
        long begin = System.nanoTime();
        for (int call = 0; call < calls; call++) {
          methods.get(m).run();
        }
        double one = (System.nanoTime() - begin) * 1e-9 / calls;
        if (round >= 0) {
          seconds[m][round] = one;
        }
      }
    }
    List<Timing> timings = new ArrayList<>();
    for (double[] of : seconds) {
      Arrays.sort(of);
      timings.add(new Timing(quantile(of, 0.5), quantile(of, 0.25), quantile(of, 0.75)));
    }
    return timings;
  }

  private static void rest() {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }
}
