package org.reprise.mappers.bayesian;

import org.reprise.api.options.InvalidOptionException;

/** Ranges that the options records share. */
final class OptionChecks {
  private OptionChecks() {}

  static void laplace(double laplace) {
    InvalidOptionException.unless(
        laplace >= 0 && Double.isFinite(laplace),
        "laplace",
        "must be 0 or more and finite, found %s",
        laplace);
  }
}
