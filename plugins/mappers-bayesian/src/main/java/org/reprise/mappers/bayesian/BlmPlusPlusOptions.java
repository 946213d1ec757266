package org.reprise.mappers.bayesian;

import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code blm++}.
 *
 * @param laplace lambda, added to each row sum of J; 0 or more, finite
 * @param topKRatio alpha in (0, 1]: k is floor(alpha KT), at least 1
 * @param topK k itself, 1 or more and at most KS; where given, {@code topKRatio} is not used
 */
public record BlmPlusPlusOptions(
    @Option(
            value =
                "Laplace smoothing lambda, added to the probability mass of a source label; >= 0",
            defaultValue = "1")
        double laplace,
    @Option(
            value = "alpha: the top floor(alpha * target labels) source labels count; in (0, 1]",
            defaultValue = "0.15")
        double topKRatio,
    @Option("how many source labels count for each sample; overrides top-k-ratio; >= 1")
        Optional<Integer> topK) {

  /** Checks the ranges. */
  public BlmPlusPlusOptions {
    OptionChecks.laplace(laplace);
    InvalidOptionException.unless(
        topKRatio > 0 && topKRatio <= 1,
        "top-k-ratio",
        "must be above 0 and at most 1, found %s",
        topKRatio);
    topK.ifPresent(
        k -> InvalidOptionException.unless(k >= 1, "top-k", "must be 1 or more, found %s", k));
  }

  /**
   * Returns k for a task.
   *
   * @param targetLabels KT
   * @return {@code top-k} where given, else floor(alpha KT), at least 1; the product is rounded to
   *     double first, as Python's {@code int(KT * alpha)} is
   */
  int k(int targetLabels) {
    return topK.orElseGet(() -> Math.max(1, (int) (targetLabels * topKRatio)));
  }
}
