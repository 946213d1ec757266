package org.reprise.statistics;

/**
 * What a Wilcoxon signed-rank test found.
 *
 * @param above pairs in which the first is above the second
 * @param below pairs in which it is below
 * @param equal pairs without a difference
 * @param rankSumAbove the sum of the ranks of the pairs above
 * @param rankSumBelow the sum of the ranks of the pairs below
 * @param pValue the two-sided p value; with fewer than six unequal pairs it cannot be below 0.05
 */
public record WilcoxonResult(
    int above, int below, int equal, double rankSumAbove, double rankSumBelow, PValue pValue) {
  /**
   * All pairs.
   *
   * @return their number
   */
  public int pairs() {
    return above + below + equal;
  }
}
