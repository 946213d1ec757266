package org.reprise.statistics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written in sentences, in every locale alike. */
final class Wording {
  private static final double TINY = 0.0001;

  private Wording() {}

  /** A p value: {@code p = 0.012}, or {@code p < 0.0001}. */
  static String p(double p) {
    return "p " + (p == 1 ? "= 1" : relation(p));
  }

  /** A probability that may be an estimate: {@code = 0.012}, {@code < 0.0001}, {@code > 0.9999}. */
  static String relation(double p) {
    if (p < TINY) {
      return "< 0.0001";
    }
    return p > 1 - TINY ? "> 0.9999" : "= " + probability(p);
  }

  /**
   * A probability with two digits that count, or as many as keep it on its side of 0.05 and off 1:
   * 0.0499 is not written as 0.05 and then called significant.
   */
  static String probability(double p) {
    int digits = 2;
    BigDecimal rounded = rounded(p, digits);
    while (digits < 17
        && (rounded.doubleValue() < PValue.LEVEL != p < PValue.LEVEL
            || rounded.doubleValue() >= 1 != p >= 1)) {
      digits++;
      rounded = rounded(p, digits);
    }
    return rounded.toPlainString();
  }

  private static BigDecimal rounded(double value, int digits) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
    return rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros();
  }

  static String percent(double fraction) {
    return rounded(100 * fraction, 4).toPlainString() + " %";
  }

  static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  static String signed(double value, int decimals) {
    return String.format(Locale.ROOT, "%+." + decimals + "f", value);
  }

  static String count(int n, String one, String many) {
    return n + " " + (n == 1 ? one : many);
  }
}
