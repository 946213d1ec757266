package org.reprise.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The permutation test for paired differences (Fisher 1935): if the two methods are exchangeable,
 * each difference is as likely as its mirror image, and p is the share of all sign patterns whose
 * mean is at least as far from zero.
 *
 * <p>Up to 20 differences other than zero all patterns are counted. Beyond, p comes from random
 * patterns and counts the observed one among them, which keeps the test valid.
 */
public final class SignFlipTest {
  private static final int EXACT = 20;
  private static final int RESAMPLES = 19_999;

  private final long seed;

  /**
   * Makes the test.
   *
   * @param seed seeds the random patterns of more than 20 pairs
   */
  public SignFlipTest(long seed) {
    this.seed = seed;
  }

  /**
   * Tests whether the mean difference is zero.
   *
   * @param differences the paired differences
   * @return the mean difference and its p value; 1 if all differences are zero
   */
  public SignFlipResult of(Differences differences) {
    long[] sizes = nonZeroSizes(differences);
    long observed = Math.abs(sum(differences.ticks()));
    PValue pValue = sizes.length <= EXACT ? exact(sizes, observed) : random(sizes, observed);
    return new SignFlipResult(differences.size(), sizes.length, differences.mean(), pValue);
  }

  private static long[] nonZeroSizes(Differences differences) {
    long[] sizes = differences.ticks();
    int kept = 0;
    for (long tick : sizes) {
      if (tick != 0) {
        sizes[kept++] = Math.abs(tick);
      }
    }
    return Arrays.copyOf(sizes, kept);
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value;
    }
    return sum;
  }

  private static PValue exact(long[] sizes, long observed) {
    int patterns = 1 << sizes.length;
    long sum = sum(sizes);
    boolean[] flipped = new boolean[sizes.length];
    int far = sum >= observed ? 1 : 0;
    // Gray code: one sign changes from one pattern to the next
    for (int pattern = 1; pattern < patterns; pattern++) {
      int i = Integer.numberOfTrailingZeros(pattern);
      sum += flipped[i] ? 2 * sizes[i] : -2 * sizes[i];
      flipped[i] = !flipped[i];
      if (Math.abs(sum) >= observed) {
        far++;
      }
    }
    return new PValue((double) far / patterns, PValue.smallestOfSigns(sizes.length), true);
  }

  private PValue random(long[] sizes, long observed) {
    SplittableRandom random = new SplittableRandom(seed);
    int far = 1;
    for (int resample = 0; resample < RESAMPLES; resample++) {
      long sum = 0;
      long signs = 0;
      for (int i = 0; i < sizes.length; i++) {
        if (i % Long.SIZE == 0) {
          signs = random.nextLong();
        }
        sum += (signs >>> i & 1) == 0 ? sizes[i] : -sizes[i];
      }
      if (Math.abs(sum) >= observed) {
        far++;
      }
    }
    double patterns = RESAMPLES + 1.0;
    return new PValue(far / patterns, 1 / patterns, false);
  }
}
