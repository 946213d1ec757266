package org.reprise.statistics;

/**
 * What a Bayesian signed-rank test found.
 *
 * @param pairs how many pairs (data sets) were compared
 * @param rope half the width of the region of practical equivalence, in the values' unit
 * @param left the probability that the first is practically below the second
 * @param within the probability that the two are practically equivalent
 * @param right the probability that the first is practically above; the three sum to 1
 */
public record BayesianSignedRankResult(
    int pairs, double rope, double left, double within, double right) {
  /** Checks the components. */
  public BayesianSignedRankResult {
    Inputs.within("left", left, 0, 1);
    Inputs.within("within", within, 0, 1);
    Inputs.within("right", right, 0, 1);
    Inputs.within("the sum of the probabilities", left + within + right, 1 - 1e-9, 1 + 1e-9);
  }
}
