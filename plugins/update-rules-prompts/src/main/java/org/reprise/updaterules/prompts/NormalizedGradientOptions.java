package org.reprise.updaterules.prompts;

import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code normalized-gradient}.
 *
 * @param lr length of a step, positive
 * @param eps added to the gradient's norm, 0 or more
 */
public record NormalizedGradientOptions(
    @Option(value = "length of a step before any schedule, positive", defaultValue = "70")
        double lr,
    @Option(
            value = "added to the norm of the gradient's mean over the batch, 0 or more",
            defaultValue = "1e-10")
        double eps) {

  /** Checks the ranges. */
  public NormalizedGradientOptions {
    Ranges.positive("lr", lr);
    Ranges.notNegative("eps", eps);
  }
}
