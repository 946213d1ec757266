package org.reprise.statistics;

import java.util.Optional;

/**
 * Results of comparing two methods, in words: one plain sentence each, with the source of every
 * number. Where so few pairs cannot show a difference the sentence says so, and claims nothing.
 */
public final class Sentences {
  /**
   * A Bayesian test's region is claimed where its probability is above this.
   *
   * <p>The usual 0.95 would claim a difference in 10 to 16 % of all studies without one, where the
   * region is narrow beside the spread; at 0.995 it is fewer than 5 % from 6 data sets on.
   */
  public static final double PROBABLE = 0.995;

  private final String first;
  private final String second;
  private final Quantity quantity;

  /**
   * Makes sentences for one pair of methods.
   *
   * @param first the name of the first method
   * @param second the name of the second
   * @param quantity what is compared
   */
  public Sentences(String first, String second, Quantity quantity) {
    this.first = first;
    this.second = second;
    this.quantity = quantity;
  }

  /**
   * Says what the runs of one data set say, paired by seed.
   *
   * @param dataSet its name
   * @param test the sign-flip test
   * @param bootstrap the interval of the same differences
   * @param corrected its p value among all comparisons that are shown; absent if it is the only one
   * @return for example "blm++ minus blm on flowers102: mean difference in accuracy +1.20 points
   *     over 8 seeds, ..."
   */
  public Statement seeds(
      String dataSet,
      SignFlipResult test,
      BootstrapResult bootstrap,
      Optional<CorrectedPValue> corrected) {
    PValue p = test.pValue();
    String pairs = Wording.count(test.pairs(), "seed", "seeds");
    String start =
        first
            + " minus "
            + second
            + " on "
            + dataSet
            + ": mean difference in "
            + quantity.name()
            + " "
            + difference(test.meanDifference())
            + " over "
            + pairs;
    if (!p.canTell()) {
      return new Statement(
          start
              + "; "
              + cannotTell(
                  test.pairs(), test.unequal(), "sign-flip permutation test", p.smallest()),
          Verdict.CANNOT_TELL);
    }
    String interval =
        bootstrap
            .interval()
            .map(
                i ->
                    Wording.percent(i.level())
                        + " bootstrap interval "
                        + Wording.signed(i.lower(), quantity.decimals())
                        + " to "
                        + Wording.signed(i.upper(), quantity.decimals()))
            .orElse("no bootstrap interval, since the differences hardly vary");
    return concluded(
        start + ", " + interval + "; sign-flip permutation test ",
        p,
        corrected,
        "seeds",
        test.meanDifference());
  }

  /** Ends a sentence with a p value, by itself or among others, and says what it allows. */
  private static Statement concluded(
      String start, PValue p, Optional<CorrectedPValue> corrected, String pairs, double direction) {
    String text = start + Wording.p(p.p());
    if (corrected.isEmpty()) {
      return new Statement(text + ".", verdict(p.isSignificant(), direction));
    }
    CorrectedPValue holm = corrected.get();
    text +=
        ", Holm-corrected for "
            + Wording.count(holm.comparisons(), "comparison", "comparisons")
            + " "
            + Wording.p(holm.corrected());
    if (holm.canTell()) {
      return new Statement(text + ".", verdict(holm.isSignificant(), direction));
    }
    return new Statement(
        text
            + ", and could not have been below "
            + Wording.probability(holm.smallest())
            + ": so many comparisons of so few "
            + pairs
            + " cannot tell.",
        Verdict.CANNOT_TELL);
  }

  /**
   * Says what Wilcoxon's test over data sets says.
   *
   * @param test the test
   * @param corrected its p value among all comparisons that are shown; absent if it is the only one
   * @return for example "blm++ is above blm in accuracy on 9 of 12 data sets; ..."
   */
  public Statement dataSets(WilcoxonResult test, Optional<CorrectedPValue> corrected) {
    PValue p = test.pValue();
    StringBuilder text = new StringBuilder();
    text.append(first).append(" is above ").append(second).append(" in ").append(quantity.name());
    text.append(" on ").append(test.above()).append(" of ");
    text.append(Wording.count(test.pairs(), "data set", "data sets"));
    if (test.equal() > 0) {
      text.append(" (equal on ").append(test.equal()).append(")");
    }
    text.append("; ");
    if (!p.canTell()) {
      text.append(
          cannotTell(
              test.pairs(),
              test.above() + test.below(),
              "Wilcoxon signed-rank test",
              p.smallest()));
      return new Statement(text.toString(), Verdict.CANNOT_TELL);
    }
    return concluded(
        text.append("Wilcoxon signed-rank ").toString(),
        p,
        corrected,
        "data sets",
        test.rankSumAbove() - test.rankSumBelow());
  }

  /**
   * Says what McNemar's test says of two runs.
   *
   * @param dataSet the data set's name
   * @param test the test
   * @param corrected its p value among all comparisons that are shown; absent if it is the only one
   * @return for example "Of 8041 test images of cars blm++ alone has 120 right and blm alone 80;
   *     ..."
   */
  public Statement images(String dataSet, McNemarResult test, Optional<CorrectedPValue> corrected) {
    PairedOutcomes outcomes = test.outcomes();
    PValue p = test.pValue();
    String start =
        "Of "
            + Wording.count(outcomes.images(), "test image", "test images")
            + " of "
            + dataSet
            + " "
            + first
            + " alone has "
            + outcomes.onlyFirst()
            + " right and "
            + second
            + " alone "
            + outcomes.onlySecond()
            + "; ";
    if (!p.canTell()) {
      return new Statement(
          start
              + Wording.count(outcomes.discordant(), "image that tells", "images that tell")
              + " the two runs apart: the smallest two-sided p of McNemar's exact test is "
              + Wording.probability(p.smallest())
              + ", so no difference can be told.",
          Verdict.CANNOT_TELL);
    }
    return concluded(
        start + "McNemar's exact test of these two runs ",
        p,
        corrected,
        "images that tell the runs apart",
        outcomes.accuracyDifference());
  }

  /**
   * Says how the difference of two runs' accuracies would vary with the images.
   *
   * @param dataSet the data set's name
   * @param bootstrap the bootstrap over images
   * @return a sentence that claims nothing: the claim is McNemar's
   */
  public String imageInterval(String dataSet, BootstrapResult bootstrap) {
    String start =
        first
            + " minus "
            + second
            + " in these two runs on "
            + dataSet
            + ": "
            + Wording.signed(100 * bootstrap.meanDifference(), 2)
            + " percentage points of accuracy over "
            + Wording.count(bootstrap.pairs(), "test image", "test images");
    return bootstrap
        .interval()
        .map(
            i ->
                start
                    + ", "
                    + Wording.percent(i.level())
                    + " bootstrap interval over images "
                    + Wording.signed(100 * i.lower(), 2)
                    + " to "
                    + Wording.signed(100 * i.upper(), 2)
                    + ".")
        .orElse(start + "; too few images tell the two apart for an interval.");
  }

  /**
   * Says what the Bayesian signed-rank test over data sets says.
   *
   * @param test the test
   * @return a sentence with the three probabilities
   */
  public Statement dataSets(BayesianSignedRankResult test) {
    String text =
        "Bayesian signed-rank test over "
            + Wording.count(test.pairs(), "data set", "data sets")
            + ", differences in "
            + quantity.name()
            + " of at most "
            + Wording.fixed(test.rope(), quantity.decimals())
            + " "
            + quantity.unit()
            + " taken as equivalent: P("
            + first
            + " above) "
            + Wording.relation(test.right())
            + ", P(equivalent) "
            + Wording.relation(test.within())
            + ", P("
            + first
            + " below) "
            + Wording.relation(test.left());
    if (test.pairs() < PairedBootstrap.MIN_PAIRS) {
      return new Statement(
          text
              + "; with fewer than "
              + PairedBootstrap.MIN_PAIRS
              + " data sets chance alone gives such figures, so no difference can be told.",
          Verdict.CANNOT_TELL);
    }
    return new Statement(text + ".", verdict(test));
  }

  private static Verdict verdict(BayesianSignedRankResult test) {
    if (test.right() > PROBABLE) {
      return Verdict.FIRST_HIGHER;
    }
    if (test.left() > PROBABLE) {
      return Verdict.SECOND_HIGHER;
    }
    return test.within() > PROBABLE ? Verdict.EQUIVALENT : Verdict.NOT_SHOWN;
  }

  private static Verdict verdict(boolean significant, double direction) {
    if (!significant || direction == 0) {
      return Verdict.NOT_SHOWN;
    }
    return direction > 0 ? Verdict.FIRST_HIGHER : Verdict.SECOND_HIGHER;
  }

  private static String cannotTell(int pairs, int unequal, String test, double smallest) {
    String kind = unequal == pairs ? "" : "unequal ";
    return Wording.count(unequal, kind + "pair", kind + "pairs")
        + ": the smallest two-sided p of a "
        + test
        + " is "
        + Wording.probability(smallest)
        + ", so no difference can be told.";
  }

  private String difference(double value) {
    return Wording.signed(value, quantity.decimals()) + " " + quantity.unit();
  }
}
