package org.reprise.engine.compare;

import java.util.Locale;
import org.reprise.statistics.Summary;

/** How figures are written, in every locale alike. */
final class Numbers {
  private Numbers() {}

  static String fixed(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /**
   * Writes mean, deviation and number.
   *
   * @param plusMinus what stands between mean and deviation
   */
  static String cell(Summary summary, String plusMinus) {
    String deviation =
        summary.deviation().isPresent() ? plusMinus + fixed(summary.deviation().getAsDouble()) : "";
    return fixed(summary.mean()) + deviation + " (" + summary.n() + ")";
  }
}
