package org.reprise.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The studentised range for infinitely many degrees of freedom: the distribution of the largest
 * minus the smallest of k independent standard normal values.
 */
final class StudentizedRange {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double WIDEST = 40;

  /** Where all that counts of a largest value's density lies, and the step of the sum over it. */
  private static final double REACH = 10;

  private static final double STEP = 1.0 / 32;

  private final int groups;

  StudentizedRange(int groups) {
    this.groups = Inputs.atLeast("the number of groups", groups, 2);
  }

  /**
   * The probability of a range of at most q.
   *
   * <p>The largest is at z, and the others are within q below it. The trapezoidal rule is accurate
   * to rounding for a smooth function that vanishes at both ends.
   */
  double probability(double q) {
    double sum = 0;
    for (double z = -REACH; z <= REACH; z += STEP) {
      sum += NORMAL.density(z) * Math.pow(NORMAL.probability(z - q, z), groups - 1);
    }
    return Math.min(1, groups * sum * STEP);
  }

  /** The range that is not exceeded with a probability. */
  double quantile(double probability) {
    double low = 0;
    double high = WIDEST;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (probability(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
