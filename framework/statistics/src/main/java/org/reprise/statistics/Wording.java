package org.reprise.statistics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written in sentences, in every locale alike. */
final class Wording {
  private static final double TINY = 0.0001;

  private Wording() {}

  /** A p value with two digits that count: {@code p = 0.012}, or {@code p < 0.0001}. */
  static String p(double p) {
    return "p " + (p < TINY ? "< 0.0001" : "= " + probability(p));
  }

  /** A probability with two digits that count. */
  static String probability(double p) {
    if (p < TINY) {
      return "below 0.0001";
    }
    return new BigDecimal(p).round(new MathContext(2)).stripTrailingZeros().toPlainString();
  }

  static String percent(double fraction) {
    return new BigDecimal(100 * fraction)
            .round(new MathContext(4))
            .stripTrailingZeros()
            .toPlainString()
        + " %";
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
