package org.reprise.engine.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times several methods in turn, so that a machine shared with others disturbs all alike.
 *
 * @param medianSeconds of one call after a rest
 * @param lowSeconds lower quartile
 * @param highSeconds upper quartile
 * @param medianSecondsAtOnce of one call with no rest after other work, as a network's forward pass
 */
public record Timing(
    double medianSeconds, double lowSeconds, double highSeconds, double medianSecondsAtOnce) {
  private static final int WARM_UPS = 2;
  // so long that the Java code of a method of some microseconds is compiled
  private static final long WARM_UP_NANOS = 250_000_000;
  // libtorch's threads go on asking for work for some 5 ms after an operation, on the processors
  // that the next method needs
  private static final int REST_MILLIS = 25;

  /**
   * Runs all methods round by round, each after a rest, and once more right after other work.
   * Before the first round each is called twice, and for a quarter of a second if it is done
   * sooner.
   *
   * @param methods what to time; each waits for its own work
   * @param work what is done just before the second timing; waits for its own work
   * @param rounds at least 1
   * @param calls of a method in one timing, for methods of some microseconds
   * @return a timing for each method, in order
   */
  static List<Timing> ofTurns(List<Runnable> methods, Runnable work, int rounds, int calls) {
    double[][] rested = new double[methods.size()][rounds];
    double[][] atOnce = new double[methods.size()][rounds];
    methods.forEach(Timing::warmUp);
    warmUp(work);
    for (int round = 0; round < rounds; round++) {
      for (int m = 0; m < methods.size(); m++) {
        rest();
        rested[m][round] = seconds(methods.get(m), calls);
        work.run();
        atOnce[m][round] = seconds(methods.get(m), calls);
      }
    }
    List<Timing> timings = new ArrayList<>();
    for (int m = 0; m < methods.size(); m++) {
      double[] of = rested[m];
      Arrays.sort(of);
      Arrays.sort(atOnce[m]);
      timings.add(
          new Timing(
              quantile(of, 0.5), quantile(of, 0.25), quantile(of, 0.75), quantile(atOnce[m], 0.5)));
    }
    return timings;
  }

  private static double seconds(Runnable method, int calls) {
    long begin = System.nanoTime();
    for (int call = 0; call < calls; call++) {
      method.run();
    }
    return (System.nanoTime() - begin) * 1e-9 / calls;
  }

  private static void warmUp(Runnable method) {
    long begin = System.nanoTime();
    for (int call = 0; call < WARM_UPS || System.nanoTime() - begin < WARM_UP_NANOS; call++) {
      method.run();
    }
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
