package org.reprise.updaterules;

import org.reprise.api.options.InvalidOptionException;

/** Ranges that the options records share. */
final class Ranges {
  private Ranges() {}

  static void positive(String option, double value) {
    InvalidOptionException.unless(
        value > 0 && Double.isFinite(value),
        option,
        "must be positive and finite, found %s",
        value);
  }

  static void fraction(String option, double value) {
    InvalidOptionException.unless(
        value >= 0 && value < 1, option, "must lie in [0,1), found %s", value);
  }

  static void notNegative(String option, double value) {
    InvalidOptionException.unless(
        value >= 0 && Double.isFinite(value),
        option,
        "must be 0 or more and finite, found %s",
        value);
  }
}
