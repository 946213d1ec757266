package org.reprise.statistics;

/**
 * A confidence interval.
 *
 * @param level the share of studies whose interval holds the true value, such as 0.95
 * @param lower the lower end
 * @param upper the upper end, not below the lower one
 */
public record Interval(double level, double lower, double upper) {
  /** Checks the components. */
  public Interval {
    Inputs.within("level", level, 0, 1);
    if (!(lower <= upper)) {
      throw new IllegalArgumentException("interval from " + lower + " to " + upper);
    }
  }
}
