package org.reprise.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SentencesTest {
  private final Sentences sentences =
      new Sentences("blm++", "blm", new Quantity("accuracy", "points", 2));
  private final Locale locale = Locale.getDefault();

  @BeforeEach
  void aLocaleWithCommas() {
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(locale);
  }

  @Test
  void seeds() {
    SignFlipResult test = new SignFlipResult(8, 8, 1.204, new PValue(0.0117, 1 / 128.0, true));
    BootstrapResult interval =
        new BootstrapResult(8, 1.204, Optional.of(new Interval(0.95, 0.398, 2.1)));
    assertThat(sentences.seeds("flowers102", test, interval, Optional.empty()))
        .isEqualTo(
            new Statement(
                "blm++ minus blm on flowers102: mean difference in accuracy +1.20 points over 8"
                    + " seeds, 95 % bootstrap interval +0.40 to +2.10; sign-flip permutation test"
                    + " p = 0.012.",
                Verdict.FIRST_HIGHER));
  }

  @Test
  void oneOfManyComparisonsOverSeeds() {
    SignFlipResult test = new SignFlipResult(8, 8, 1.2, new PValue(0.0117, 1 / 128.0, true));
    BootstrapResult interval = new BootstrapResult(8, 1.2, Optional.empty());
    Statement shown =
        sentences.seeds(
            "dtd", test, interval, Optional.of(new CorrectedPValue(test.pValue(), 0.047, 0.03, 4)));
    assertThat(shown.text()).endsWith("p = 0.012, Holm-corrected for 4 comparisons p = 0.047.");
    assertThat(shown.verdict()).isEqualTo(Verdict.FIRST_HIGHER);
    Statement hidden =
        sentences.seeds(
            "dtd", test, interval, Optional.of(new CorrectedPValue(test.pValue(), 0.09, 0.08, 10)));
    assertThat(hidden.text()).endsWith(": so many comparisons of so few seeds cannot tell.");
    assertThat(hidden.verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  @Test
  void seedsOfOneDifferenceHaveNoInterval() {
    SignFlipResult test = new SignFlipResult(6, 6, -0.5, new PValue(1 / 32.0, 1 / 32.0, true));
    assertThat(
            sentences.seeds(
                "dtd", test, new BootstrapResult(6, -0.5, Optional.empty()), Optional.empty()))
        .isEqualTo(
            new Statement(
                "blm++ minus blm on dtd: mean difference in accuracy -0.50 points over 6 seeds, no"
                    + " bootstrap interval, since the differences hardly vary; sign-flip"
                    + " permutation test p = 0.031.",
                Verdict.SECOND_HIGHER));
  }

  @Test
  void threeSeedsClaimNothing() {
    Differences three = Differences.of(new double[] {70, 71, 72}, new double[] {60, 60, 60});
    Statement statement =
        sentences.seeds(
            "dtd",
            new SignFlipTest(0).of(three),
            new PairedBootstrap(0.95, 0).of(three),
            Optional.empty());
    assertThat(statement)
        .isEqualTo(
            new Statement(
                "blm++ minus blm on dtd: mean difference in accuracy +11.00 points over 3 seeds;"
                    + " 3 pairs: the smallest two-sided p of a sign-flip permutation test is 0.25,"
                    + " so no difference can be told.",
                Verdict.CANNOT_TELL));
  }

  @Test
  void dataSets() {
    WilcoxonResult test = new WilcoxonResult(9, 2, 1, 70, 7, new PValue(0.0121, 1e-3, true));
    assertThat(sentences.dataSets(test, Optional.empty()))
        .isEqualTo(
            new Statement(
                "blm++ is above blm in accuracy on 9 of 12 data sets (equal on 1); Wilcoxon"
                    + " signed-rank p = 0.012.",
                Verdict.FIRST_HIGHER));
    assertThat(
            sentences.dataSets(
                test, Optional.of(new CorrectedPValue(test.pValue(), 0.0484, 0.004, 4))))
        .isEqualTo(
            new Statement(
                "blm++ is above blm in accuracy on 9 of 12 data sets (equal on 1); Wilcoxon"
                    + " signed-rank p = 0.012, Holm-corrected for 4 comparisons p = 0.048.",
                Verdict.FIRST_HIGHER));
    assertThat(
            sentences
                .dataSets(test, Optional.of(new CorrectedPValue(test.pValue(), 0.06, 0.005, 5)))
                .verdict())
        .isEqualTo(Verdict.NOT_SHOWN);
  }

  @Test
  void fewDataSetsClaimNothing() {
    Differences three = Differences.of(new double[] {70, 71, 72}, new double[] {60, 60, 60});
    assertThat(sentences.dataSets(new WilcoxonTest().of(three), Optional.empty()))
        .isEqualTo(
            new Statement(
                "blm++ is above blm in accuracy on 3 of 3 data sets; 3 pairs: the smallest"
                    + " two-sided p of a Wilcoxon signed-rank test is 0.25, so no difference can be"
                    + " told.",
                Verdict.CANNOT_TELL));
  }

  @Test
  void zerosAreNoPairsThatTell() {
    Differences zeros =
        Differences.of(new double[] {70, 71, 72, 1, 1, 1}, new double[] {60, 60, 60, 1, 1, 1});
    Statement statement = sentences.dataSets(new WilcoxonTest().of(zeros), Optional.empty());
    assertThat(statement.verdict()).isEqualTo(Verdict.CANNOT_TELL);
    assertThat(statement.text()).contains("3 unequal pairs: the smallest two-sided p");
    assertThat(
            sentences
                .seeds(
                    "dtd",
                    new SignFlipTest(0).of(zeros),
                    new PairedBootstrap(0.95, 0).of(zeros),
                    Optional.empty())
                .text())
        .contains("3 unequal pairs: the smallest two-sided p");
  }

  @Test
  void tooManyComparisonsClaimNothing() {
    WilcoxonResult test = new WilcoxonResult(6, 0, 0, 21, 0, new PValue(1 / 32.0, 1 / 32.0, true));
    CorrectedPValue corrected =
        new HolmCorrection().of(List.of(test.pValue(), test.pValue(), test.pValue())).get(0);
    assertThat(sentences.dataSets(test, Optional.of(corrected)))
        .isEqualTo(
            new Statement(
                "blm++ is above blm in accuracy on 6 of 6 data sets; Wilcoxon signed-rank"
                    + " p = 0.031, Holm-corrected for 3 comparisons p = 0.094, and could not have"
                    + " been below 0.094: so many comparisons of so few data sets cannot tell.",
                Verdict.CANNOT_TELL));
  }

  @Test
  void images() {
    PairedOutcomes outcomes = new PairedOutcomes(5000, 120, 80, 2841);
    assertThat(sentences.images("cars", new McNemarTest().of(outcomes), Optional.empty()))
        .isEqualTo(
            new Statement(
                "Of 8041 test images of cars blm++ alone has 120 right and blm alone 80; McNemar's"
                    + " exact test of these two runs p = 0.0057.",
                Verdict.FIRST_HIGHER));
    assertThat(
            sentences.images(
                "cars", new McNemarTest().of(new PairedOutcomes(9, 0, 3, 8)), Optional.empty()))
        .isEqualTo(
            new Statement(
                "Of 20 test images of cars blm++ alone has 0 right and blm alone 3; 3 images that"
                    + " tell the two runs apart: the smallest two-sided p of McNemar's exact test"
                    + " is 0.25, so no difference can be told.",
                Verdict.CANNOT_TELL));
  }

  @Test
  void imageInterval() {
    assertThat(
            sentences.imageInterval(
                "cars",
                new BootstrapResult(
                    8041, 0.00498, Optional.of(new Interval(0.95, 0.0015, 0.0085)))))
        .isEqualTo(
            "blm++ minus blm in these two runs on cars: +0.50 percentage points of accuracy over"
                + " 8041 test images, 95 % bootstrap interval over images +0.15 to +0.85.");
    assertThat(sentences.imageInterval("cars", new BootstrapResult(20, -0.05, Optional.empty())))
        .isEqualTo(
            "blm++ minus blm in these two runs on cars: -5.00 percentage points of accuracy over"
                + " 20 test images; too few images tell the two apart for an interval.");
  }

  @Test
  void bayesian() {
    assertThat(sentences.dataSets(new BayesianSignedRankResult(12, 1, 0.00002, 0.00238, 0.9976)))
        .isEqualTo(
            new Statement(
                "Bayesian signed-rank test over 12 data sets, differences in accuracy of at most"
                    + " 1.00 points taken as equivalent: P(blm++ above) = 0.998, P(equivalent) ="
                    + " 0.0024, P(blm++ below) < 0.0001.",
                Verdict.FIRST_HIGHER));
    assertThat(
            sentences.dataSets(new BayesianSignedRankResult(12, 1, 0.001, 0.998, 0.001)).verdict())
        .isEqualTo(Verdict.EQUIVALENT);
    assertThat(
            sentences.dataSets(new BayesianSignedRankResult(12, 1, 0.005, 0.01, 0.985)).verdict())
        .isEqualTo(Verdict.NOT_SHOWN);
    Statement three = sentences.dataSets(new BayesianSignedRankResult(3, 1, 0, 0, 1));
    assertThat(three.verdict()).isEqualTo(Verdict.CANNOT_TELL);
    assertThat(three.text()).endsWith("so no difference can be told.");
  }

  @Test
  void averageRanks() {
    RankSentences ranks = new RankSentences(List.of("blm", "blm++", "rlm"));
    FriedmanResult friedman =
        new FriedmanResult(12, 3, 15.2, 0.0005, new PValue(0.00021, 0.00005, false));
    NemenyiResult nemenyi =
        new NemenyiResult(12, List.of(1.9, 1.2, 2.9), 0.05, 0.9567, List.of(List.of(1, 0)));
    assertThat(ranks.averageRanks(friedman, nemenyi))
        .isEqualTo(
            new Statement(
                "Average ranks over 12 data sets (1 is best): blm++ 1.20, blm 1.90, rlm 2.90;"
                    + " Friedman test by permutation p = 0.00021; Nemenyi's critical difference at"
                    + " 0.05 is 0.96, which does not tell apart {blm++, blm}.",
                Verdict.DIFFERENT));
    FriedmanResult none = new FriedmanResult(12, 3, 1.2, 0.5, new PValue(0.55, 0.00005, false));
    assertThat(ranks.averageRanks(none, nemenyi))
        .isEqualTo(
            new Statement(
                "Average ranks over 12 data sets (1 is best): blm++ 1.20, blm 1.90, rlm 2.90;"
                    + " Friedman test by permutation p = 0.55, so no two methods are told apart.",
                Verdict.NOT_SHOWN));
    FriedmanResult few = new FriedmanResult(2, 3, 4, 0.13, new PValue(0.17, 0.17, false));
    assertThat(ranks.averageRanks(few, nemenyi))
        .isEqualTo(
            new Statement(
                "Average ranks over 2 data sets (1 is best): blm++ 1.20, blm 1.90, rlm 2.90;"
                    + " Friedman test by permutation p = 0.17, and the smallest possible is 0.17,"
                    + " so no difference can be told.",
                Verdict.CANNOT_TELL));
  }

  @Test
  void numbers() {
    assertThat(Wording.p(1)).isEqualTo("p = 1");
    assertThat(Wording.p(0.00005)).isEqualTo("p < 0.0001");
    assertThat(Wording.p(0.0496)).isEqualTo("p = 0.0496");
    assertThat(Wording.p(0.05)).isEqualTo("p = 0.05");
    assertThat(Wording.p(0.0501)).isEqualTo("p = 0.05");
    assertThat(Wording.p(0.3749)).isEqualTo("p = 0.37");
    assertThat(Wording.relation(1)).isEqualTo("> 0.9999");
    assertThat(Wording.relation(0)).isEqualTo("< 0.0001");
    assertThat(Wording.probability(0.9987)).isEqualTo("0.999");
    assertThat(Wording.percent(0.999)).isEqualTo("99.9 %");
  }
}
