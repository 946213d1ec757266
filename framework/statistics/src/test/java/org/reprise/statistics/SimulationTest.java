package org.reprise.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Studies in which nothing is to be found, and intervals for a known value: a new seed each time.
 *
 * <p>Bounds are binomial quantiles: a test that keeps its level fails once in a million runs.
 */
class SimulationTest {
  private static final int STUDIES = 1_000;
  private static final double FLAKE = 1e-6;
  private static final Quantity ACCURACY = new Quantity("accuracy", "points", 2);

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Sentences sentences = new Sentences("a", "b", ACCURACY);

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 6, 10, 22})
  @DisplayName("Runs of one method, paired by seed, are not claimed to differ")
  void seeds(int n) {
    int claims =
        falseClaims(
            "sign flip, " + n + " seeds",
            () -> {
              Differences pairs = Differences.of(scores(n, 1), scores(n, 1));
              return sentences.seeds(
                  "data",
                  new SignFlipTest(random.nextLong()).of(pairs),
                  new BootstrapResult(n, pairs.mean(), Optional.empty()),
                  Optional.empty());
            });
    assertThat(claims).isLessThanOrEqualTo(n < 6 ? 0 : mostAt(0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 6, 12})
  @DisplayName("Four methods that are like a fifth: no false claim in 95 % of the tables")
  void dataSets(int n) {
    int claims = 0;
    for (int study = 0; study < STUDIES; study++) {
      double[] reference = scores(n, 1);
      List<WilcoxonResult> results =
          IntStream.range(0, 4)
              .mapToObj(i -> new WilcoxonTest().of(Differences.of(scores(n, 1), reference)))
              .toList();
      List<CorrectedPValue> corrected =
          new HolmCorrection().of(results.stream().map(WilcoxonResult::pValue).toList());
      boolean claimed = false;
      for (int i = 0; i < results.size(); i++) {
        Statement statement = sentences.dataSets(results.get(i), Optional.of(corrected.get(i)));
        claimed |= claims(statement);
      }
      claims += claimed ? 1 : 0;
    }
    report("Wilcoxon with Holm, " + n + " data sets", claims);
    assertThat(claims).isLessThanOrEqualTo(n < 8 ? 0 : mostAt(0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 12})
  @DisplayName("One comparison by Wilcoxon's test, with ties and zeros")
  void oneComparison(int n) {
    int claims =
        falseClaims(
            "Wilcoxon, " + n + " data sets",
            () ->
                sentences.dataSets(
                    new WilcoxonTest().of(Differences.of(scores(n, 0), scores(n, 0))),
                    Optional.empty()));
    assertThat(claims).isLessThanOrEqualTo(mostAt(0.05));
  }

  @Test
  @DisplayName("Two equally good classifiers on the same images")
  void images() {
    int claims =
        falseClaims(
            "McNemar, 500 images",
            () ->
                sentences.images(
                    "data", new McNemarTest().of(outcomes(500, 0.08, 0.08)), Optional.empty()));
    assertThat(claims).isLessThanOrEqualTo(mostAt(0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 12})
  @DisplayName("The Bayesian test claims no difference where there is none")
  void bayesian(int n) {
    int claims =
        falseClaims(
            "Bayesian signed-rank, " + n + " data sets",
            () -> {
              Differences pairs = Differences.of(scores(n, 2), scores(n, 2));
              return sentences.dataSets(
                  new BayesianSignedRankTest(0.01, random.nextLong()).of(pairs));
            });
    assertThat(claims).isLessThanOrEqualTo(mostAt(0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6})
  @DisplayName("Four methods that are alike: ranks tell none apart in 95 % of the tables")
  void ranks(int n) {
    int claims = 0;
    int nemenyiAlone = 0;
    for (int study = 0; study < STUDIES; study++) {
      double[][] table = new double[n][];
      Arrays.setAll(table, i -> scores(4, 1));
      RankTable ranks = RankTable.ofHigherIsBetter(table);
      FriedmanResult friedman = new FriedmanTest(random.nextLong()).of(ranks);
      NemenyiResult nemenyi = new NemenyiTest(0.05).of(ranks);
      claims +=
          claims(new RankSentences(List.of("a", "b", "c", "d")).averageRanks(friedman, nemenyi))
              ? 1
              : 0;
      nemenyiAlone += nemenyi.cliques().stream().noneMatch(clique -> clique.size() == 4) ? 1 : 0;
    }
    report("Friedman, " + n + " data sets", claims);
    report("Nemenyi by itself, " + n + " data sets", nemenyiAlone);
    assertThat(claims).isLessThanOrEqualTo(mostAt(0.05));
    assertThat(nemenyiAlone).isLessThanOrEqualTo(mostAt(0.05));
  }

  @Test
  @DisplayName("Clear differences are claimed, in the right direction")
  void clearDifferences() {
    double[] low = scores(12, 1);
    double[] high = Arrays.stream(scores(12, 1)).map(v -> v + 15).toArray();
    Differences pairs = Differences.of(high, low);
    assertThat(
            List.of(
                sentences.seeds(
                    "data",
                    new SignFlipTest(0).of(pairs),
                    new PairedBootstrap(0.95, 0).of(pairs),
                    Optional.empty()),
                sentences.dataSets(new WilcoxonTest().of(pairs), Optional.empty()),
                sentences.dataSets(new BayesianSignedRankTest(1, 0).of(pairs)),
                sentences.images(
                    "data", new McNemarTest().of(outcomes(2000, 0.1, 0.02)), Optional.empty())))
        .allMatch(statement -> statement.verdict() == Verdict.FIRST_HIGHER);
    assertThat(new PairedBootstrap(0.95, 0).of(pairs).interval().orElseThrow().lower())
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 8, 12})
  @DisplayName("Intervals of the mean of normal differences cover it in 93 to 97 % of the studies")
  void coverageOfNormalDifferences(int n) {
    coverage("normal, " + n + " pairs", n, 0, random::nextGaussian);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 12})
  @DisplayName("Intervals of the mean of skewed differences cover it in 93 to 97 % of the studies")
  void coverageOfSkewedDifferences(int n) {
    coverage("exponential, " + n + " pairs", n, 1, () -> -Math.log(1 - random.nextDouble()));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 5000})
  @DisplayName("Intervals over images cover the difference in 93 to 97 % of the studies")
  void coverageOverImages(int images) {
    int covered = 0;
    for (int study = 0; study < 2 * STUDIES; study++) {
      PairedOutcomes outcomes = outcomes(images, 0.12, 0.07);
      Interval interval = new ImageBootstrap(0.95).of(outcomes).interval().orElseThrow();
      covered += interval.lower() <= 0.05 && 0.05 <= interval.upper() ? 1 : 0;
    }
    assertCovers(images + " images", covered, 2 * STUDIES);
  }

  private void coverage(String name, int n, double mean, DoubleSupplier draw) {
    int covered = 0;
    for (int study = 0; study < 2 * STUDIES; study++) {
      double[] values = new double[n];
      Arrays.setAll(values, i -> draw.getAsDouble());
      Differences pairs = Differences.of(values, new double[n]);
      Interval interval =
          new PairedBootstrap(0.95, random.nextLong()).of(pairs).interval().orElseThrow();
      covered += interval.lower() <= mean && mean <= interval.upper() ? 1 : 0;
    }
    assertCovers(name, covered, 2 * STUDIES);
  }

  private void assertCovers(String name, int covered, int studies) {
    System.out.printf("%s: covered in %d of %d studies (seed %d)%n", name, covered, studies, seed);
    assertThat(covered)
        .isBetween(
            BinomialDistribution.of(studies, 0.93).inverseCumulativeProbability(FLAKE),
            BinomialDistribution.of(studies, 0.97).inverseSurvivalProbability(FLAKE));
  }

  private int falseClaims(String name, Supplier<Statement> study) {
    int claims = 0;
    for (int i = 0; i < STUDIES; i++) {
      claims += claims(study.get()) ? 1 : 0;
    }
    report(name, claims);
    return claims;
  }

  private void report(String name, int claims) {
    System.out.printf("%s: %d false claims in %d studies (seed %d)%n", name, claims, STUDIES, seed);
  }

  private static boolean claims(Statement statement) {
    return switch (statement.verdict()) {
      case FIRST_HIGHER, SECOND_HIGHER, DIFFERENT -> true;
      case EQUIVALENT, NOT_SHOWN, CANNOT_TELL -> false;
    };
  }

  private static int mostAt(double level) {
    return BinomialDistribution.of(STUDIES, level).inverseSurvivalProbability(FLAKE);
  }

  /** Accuracies in points of one method, rounded so that few decimals make ties. */
  private double[] scores(int n, int decimals) {
    double scale = Math.pow(10, decimals);
    double[] scores = new double[n];
    Arrays.setAll(scores, i -> Math.rint((70 + 3 * random.nextGaussian()) * scale) / scale);
    return scores;
  }

  private PairedOutcomes outcomes(int images, double onlyFirst, double onlySecond) {
    boolean[] first = new boolean[images];
    boolean[] second = new boolean[images];
    for (int i = 0; i < images; i++) {
      double u = random.nextDouble();
      boolean both = u > 0.5;
      first[i] = both || u < onlyFirst;
      second[i] = both || (u >= onlyFirst && u < onlyFirst + onlySecond);
    }
    return PairedOutcomes.of(first, second);
  }
}
