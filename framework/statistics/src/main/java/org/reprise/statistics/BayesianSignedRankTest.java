package org.reprise.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The Bayesian signed-rank test with a region of practical equivalence (Benavoli et al., ICML 2014;
 * JMLR 2017).
 *
 * <p>The prior is a Dirichlet process of strength 1 with all its mass at no difference: one
 * pseudo-observation z0 = 0 beside the differences z1 to zn. A posterior sample draws weights w
 * from Dirichlet(1, ..., 1) and gives each region its mass, the sum of w_i w_j over the pairs (i,
 * j) whose mean (z_i + z_j) / 2 lies in it; what counts is how often each region has the largest
 * mass.
 */
public final class BayesianSignedRankTest {
  private static final int SAMPLES = 50_000;

  private final double rope;
  private final long seed;

  /**
   * Makes the test.
   *
   * @param rope differences of at most this size are of no practical meaning; above 0, in the
   *     values' unit, such as 1 percentage point
   * @param seed seeds the posterior samples
   * @throws IllegalArgumentException if the region has no width
   */
  public BayesianSignedRankTest(double rope, long seed) {
    if (!(rope > 0 && Double.isFinite(rope))) {
      throw new IllegalArgumentException(
          "the region of practical equivalence is " + rope + ", expected a width above 0");
    }
    this.rope = rope;
    this.seed = seed;
  }

  /**
   * Computes the probabilities of the three regions.
   *
   * @param differences the paired differences
   * @return how probable it is that each region is the one that holds
   */
  public BayesianSignedRankResult of(Differences differences) {
    double[] z = Arrays.copyOf(ticksAsDoubles(differences), differences.size() + 1); // z0 = 0 last
    Arrays.sort(z);
    double border = 2 * Math.rint(rope / differences.unit());
    // of each z_i: how many z_j make a sum below the region, and how many one not above it
    int[] below = new int[z.length];
    int[] upTo = new int[z.length];
    for (int i = 0; i < z.length; i++) {
      for (double other : z) {
        below[i] += z[i] + other < -border ? 1 : 0;
        upTo[i] += z[i] + other <= border ? 1 : 0;
      }
    }
    return count(differences.size(), below, upTo);
  }

  private BayesianSignedRankResult count(int pairs, int[] below, int[] upTo) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = below.length;
    double[] before = new double[n + 1]; // before[j]: the weight of the first j
    int lefts = 0;
    int rights = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      for (int j = 0; j < n; j++) {
        before[j + 1] = before[j] - Math.log(1 - random.nextDouble()); // exponential
      }
      double total = before[n];
      double left = 0;
      double right = 0;
      for (int i = 0; i < n; i++) {
        double weight = before[i + 1] - before[i];
        left += weight * before[below[i]];
        right += weight * (total - before[upTo[i]]);
      }
      double within = total * total - left - right;
      if (left > Math.max(within, right)) {
        lefts++;
      } else if (right > within) {
        rights++;
      }
    }
    double samples = SAMPLES;
    return new BayesianSignedRankResult(
        pairs, rope, lefts / samples, (SAMPLES - lefts - rights) / samples, rights / samples);
  }

  private static double[] ticksAsDoubles(Differences differences) {
    return Arrays.stream(differences.ticks()).asDoubleStream().toArray();
  }
}
