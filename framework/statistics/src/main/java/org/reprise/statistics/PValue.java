package org.reprise.statistics;

/**
 * The p value of a two-sided test, beside the smallest one that this test could have given.
 *
 * @param p the probability, if there is no difference, of a result at least as far from none; 0 to
 *     1
 * @param smallest the p of the clearest result that so many pairs allow; at most {@code p}
 * @param exact whether p is the exact probability, not one from a limit or from random resamples
 */
public record PValue(double p, double smallest, boolean exact) {
  /** A difference is claimed where p is below this. */
  public static final double LEVEL = 0.05;

  /** Checks the components. */
  public PValue {
    Inputs.within("p", p, 0, 1);
    Inputs.within("smallest p", smallest, 0, p);
  }

  /**
   * Whether this test could show a difference at all.
   *
   * @return whether even the clearest result would be below {@link #LEVEL}
   */
  public boolean canTell() {
    return smallest < LEVEL;
  }

  /**
   * Whether a difference may be claimed, as long as no other comparison is made beside this one.
   *
   * @return whether p is below {@link #LEVEL}
   */
  public boolean isSignificant() {
    return p < LEVEL;
  }

  /** The two-sided p of the one clearest of 2^n equally probable sign patterns, and its mirror. */
  static double smallestOfSigns(int signs) {
    return Math.min(1, Math.scalb(1.0, 1 - signs));
  }
}
