package org.reprise.mappers.bayesian;

import org.reprise.api.options.Option;

/**
 * Options of {@code blm}.
 *
 * @param laplace lambda, added to each row sum of J; 0 or more, finite
 */
public record BlmOptions(
    @Option(
            value =
                "Laplace smoothing lambda, added to how often a source label was predicted; >= 0",
            defaultValue = "1")
        double laplace) {

  /** Checks the range. */
  public BlmOptions {
    OptionChecks.laplace(laplace);
  }
}
