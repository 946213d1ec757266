package org.reprise.statistics;

/**
 * A p value among others of one family.
 *
 * @param raw the p value of the comparison by itself
 * @param corrected the p value that accounts for all comparisons of the family
 * @param smallest the smallest that {@code corrected} could have been, had every comparison of the
 *     family come out as clearly as its pairs allow
 * @param comparisons how many comparisons the family has
 */
public record CorrectedPValue(PValue raw, double corrected, double smallest, int comparisons) {
  /** Checks the components. */
  public CorrectedPValue {
    Inputs.within("corrected p", corrected, raw.p(), 1);
    Inputs.within("smallest corrected p", smallest, 0, corrected);
    Inputs.atLeast("comparisons", comparisons, 1);
  }

  /**
   * Whether this comparison could have shown a difference among so many.
   *
   * @return whether even the clearest results would be below {@link PValue#LEVEL}
   */
  public boolean canTell() {
    return smallest < PValue.LEVEL;
  }

  /**
   * Whether a difference may be claimed beside the other comparisons.
   *
   * @return whether the corrected p is below {@link PValue#LEVEL}
   */
  public boolean isSignificant() {
    return corrected < PValue.LEVEL;
  }
}
