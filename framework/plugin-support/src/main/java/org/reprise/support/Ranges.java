package org.reprise.support;

import org.reprise.api.options.InvalidOptionException;

/** Ranges that options records share. */
public final class Ranges {
  private Ranges() {}

  /**
   * Insists on a positive number.
   *
   * @param option its key
   * @param value what was given
   * @throws InvalidOptionException if it is not above 0, or not finite
   */
  public static void positive(String option, double value) {
    InvalidOptionException.unless(
        value > 0 && Double.isFinite(value),
        option,
        "must be positive and finite, found %s",
        value);
  }

  /**
   * Insists on a share below 1.
   *
   * @param option its key
   * @param value what was given
   * @throws InvalidOptionException if it is not in [0,1)
   */
  public static void fraction(String option, double value) {
    InvalidOptionException.unless(
        value >= 0 && value < 1, option, "must lie in [0,1), found %s", value);
  }

  /**
   * Insists on a number that is not negative.
   *
   * @param option its key
   * @param value what was given
   * @throws InvalidOptionException if it is below 0, or not finite
   */
  public static void notNegative(String option, double value) {
    InvalidOptionException.unless(
        value >= 0 && Double.isFinite(value),
        option,
        "must be 0 or more and finite, found %s",
        value);
  }

  /**
   * Insists on a whole number that is large enough.
   *
   * @param option its key
   * @param value what was given
   * @param least the smallest one that is accepted
   * @throws InvalidOptionException if it is smaller
   */
  public static void atLeast(String option, int value, int least) {
    InvalidOptionException.unless(
        value >= least, option, "must be %s or more, found %s", least, value);
  }
}
