package org.reprise.statistics;

/**
 * Values as whole multiples of one small unit.
 *
 * <p>0.3 - 0.2 and 0.2 - 0.1 differ in their last bits, but are one difference: ranks would not see
 * the tie, and a zero would count as a gain. Rounded to a ten-billionth of the data's scale they
 * are equal, and sums of them are exact.
 */
final class Ticks {
  private static final int DIGITS = 10;
  private static final int SMALLEST_EXPONENT = -300;

  private final double unit;

  private Ticks(double unit) {
    this.unit = unit;
  }

  /**
   * The unit for values that were computed from numbers up to a magnitude.
   *
   * @param magnitude the largest absolute value of the data, finite
   */
  static Ticks forMagnitude(double magnitude) {
    int exponent = magnitude == 0 ? 0 : (int) Math.floor(Math.log10(magnitude));
    return new Ticks(Math.pow(10, Math.max(exponent - DIGITS, SMALLEST_EXPONENT)));
  }

  /** The unit for some values as they are. */
  static Ticks forValues(double[] values) {
    double magnitude = 0;
    for (double value : values) {
      magnitude = Math.max(magnitude, Math.abs(value));
    }
    return forMagnitude(magnitude);
  }

  double unit() {
    return unit;
  }

  long round(double value) {
    return Math.round(value / unit);
  }
}
