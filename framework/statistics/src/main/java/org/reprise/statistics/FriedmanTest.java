package org.reprise.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Friedman's test (1937) of whether any of several methods differs from the others over data sets.
 *
 * <p>The chi-square limit needs more data sets than most studies have (and the F form gives p = 0
 * where two data sets happen to agree). So p is computed by permutation: the ranks of each data set
 * are shuffled, and p is the share of shuffles whose statistic is at least the observed one.
 */
public final class FriedmanTest {
  private static final int SHUFFLES = 19_999;

  private final long seed;

  /**
   * Makes the test.
   *
   * @param seed seeds the shuffles
   */
  public FriedmanTest(long seed) {
    this.seed = seed;
  }

  /**
   * Tests whether all methods are alike.
   *
   * @param table the ranks
   * @return statistic and p values; p is 1 if all methods tie everywhere
   */
  public FriedmanResult of(RankTable table) {
    int n = table.dataSets();
    int k = table.methods();
    long[][] ranks = table.doubledRanks();
    // Around the mean rank, and in doubled ranks throughout: whole numbers, compared exactly.
    long observed = spread(columnSums(ranks), n, k);
    double rowSpread = 0;
    for (long[] row : ranks) {
      rowSpread += spread(row, 1, k);
    }
    double chiSquare = rowSpread == 0 ? 0 : (k - 1.0) * observed / rowSpread;
    double chiSquareP =
        rowSpread == 0 ? 1 : ChiSquaredDistribution.of(k - 1.0).survivalProbability(chiSquare);
    return new FriedmanResult(n, k, chiSquare, chiSquareP, permutation(ranks, observed));
  }

  private PValue permutation(long[][] ranks, long observed) {
    int n = ranks.length;
    int k = ranks[0].length;
    for (long[] row : ranks) {
      Arrays.sort(row);
    }
    long clearest = spread(columnSums(ranks), n, k); // all data sets agree
    SplittableRandom random = new SplittableRandom(seed);
    int atLeastObserved = 1;
    int clearestOnes = 1;
    for (int i = 0; i < SHUFFLES; i++) {
      for (long[] row : ranks) {
        shuffle(row, random);
      }
      long spread = spread(columnSums(ranks), n, k);
      atLeastObserved += spread >= observed ? 1 : 0;
      clearestOnes += spread >= clearest ? 1 : 0;
    }
    double shuffles = SHUFFLES + 1.0;
    return new PValue(atLeastObserved / shuffles, clearestOnes / shuffles, false);
  }

  private static long[] columnSums(long[][] ranks) {
    long[] sums = new long[ranks[0].length];
    for (long[] row : ranks) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += row[j];
      }
    }
    return sums;
  }

  /** The squared distances of doubled rank sums from their mean n (k + 1), summed. */
  private static long spread(long[] sums, int n, int k) {
    long mean = (long) n * (k + 1);
    long spread = 0;
    for (long sum : sums) {
      spread += (sum - mean) * (sum - mean);
    }
    return spread;
  }

  private static void shuffle(long[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      long value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
