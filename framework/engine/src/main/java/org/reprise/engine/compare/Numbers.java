package org.reprise.engine.compare;

import java.util.Locale;
import org.reprise.statistics.Summary;

/** How figures are written, in every locale alike. */
final class Numbers {
  private Numbers() {}

  static String fixed(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Writes mean, deviation and number, as in {@code 71.25 ± 0.43 (3)}. */
  static String cell(Cell cell) {
    Summary summary = cell.summary();
    String deviation =
        summary.deviation().isPresent() ? " ± " + fixed(summary.deviation().getAsDouble()) : "";
    return fixed(summary.mean()) + deviation + " (" + summary.n() + ")";
  }
}
