package org.reprise.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Wilcoxon's signed-rank test (1945) for paired differences over data sets.
 *
 * <p>Equal sizes share the mean of their ranks. Zeros are treated by Pratt's way (1959): they take
 * part in the ranking, and then their ranks are left out, so that a data set without a difference
 * is not as if it had never been compared. Up to some 500 pairs p is exact, with ties and zeros as
 * well: all sign patterns of the ranks at hand are counted.
 */
public final class WilcoxonTest {
  /** The largest sum of doubled ranks that is counted through: some 500 pairs. */
  private static final long EXACT = 300_000;

  /**
   * Tests whether the differences are symmetric about zero.
   *
   * @param differences the paired differences
   * @return the counts, rank sums and p value; 1 if all differences are zero
   */
  public WilcoxonResult of(Differences differences) {
    long[] ticks = differences.ticks();
    long[] sizes = new long[ticks.length];
    for (int i = 0; i < ticks.length; i++) {
      sizes[i] = Math.abs(ticks[i]);
    }
    long[] ranks = Midranks.doubled(sizes);
    long above = 0;
    long below = 0;
    for (int i = 0; i < ticks.length; i++) {
      if (ticks[i] > 0) {
        above += ranks[i];
      } else if (ticks[i] < 0) {
        below += ranks[i];
      } else {
        ranks[i] = 0;
      }
    }
    int unequal = ticks.length - differences.equal();
    long larger = Math.max(above, below);
    PValue pValue = sum(ranks) <= EXACT ? exact(ranks, larger, unequal) : limit(ranks, larger);
    return new WilcoxonResult(
        differences.above(),
        differences.below(),
        differences.equal(),
        above / 2.0,
        below / 2.0,
        pValue);
  }

  /** Ranks are doubled; those of zeros are 0. */
  private static PValue exact(long[] ranks, long larger, int unequal) {
    double[] probability = new double[Math.toIntExact(sum(ranks)) + 1]; // of a doubled rank sum
    probability[0] = 1;
    int reached = 0;
    for (long rank : ranks) {
      if (rank > 0) {
        int step = (int) rank;
        reached += step;
        for (int s = reached; s >= 0; s--) {
          double without = probability[s];
          double with = s >= step ? probability[s - step] : 0;
          probability[s] = (without + with) / 2;
        }
      }
    }
    double tail = 0;
    for (int s = reached; s >= larger; s--) {
      tail += probability[s];
    }
    double smallest = PValue.smallestOfSigns(unequal);
    return new PValue(Math.max(smallest, Math.min(1, 2 * tail)), smallest, true);
  }

  /** The normal limit with continuity correction; ranks that tie carry their own variance. */
  private static PValue limit(long[] ranks, long larger) {
    double squares = 0;
    for (long rank : ranks) {
      squares += (double) rank * rank;
    }
    double deviation = Math.sqrt(squares) / 2;
    double total = sum(ranks);
    double p = twoSided(larger - total / 2, deviation);
    double smallest = twoSided(total / 2, deviation);
    return new PValue(p, Math.min(p, smallest), false);
  }

  /** Doubled rank sums are two apart where no ranks tie, so that half a step is 1. */
  private static double twoSided(double distance, double deviation) {
    double z = Math.max(0, distance - 1) / deviation;
    return Math.min(1, 2 * NormalDistribution.of(0, 1).survivalProbability(z));
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value;
    }
    return sum;
  }
}
