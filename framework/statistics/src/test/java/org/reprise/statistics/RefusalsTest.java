package org.reprise.statistics;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private static final double[] NONE = {};

  @Test
  void nanAndInfinityAreRefusedWithTheirPlace() {
    refused(() -> Summary.of(1, Double.NaN), "values[1] is NaN");
    refused(() -> Differences.of(new double[] {1}, new double[] {Double.NaN}), "second[0] is NaN");
    refused(
        () -> Differences.of(new double[] {Double.POSITIVE_INFINITY}, new double[] {1}),
        "first[0] is Infinity");
    refused(
        () -> Differences.of(new double[] {Double.MAX_VALUE}, new double[] {-Double.MAX_VALUE}),
        "first - second[0] is Infinity");
    refused(
        () -> RankTable.ofHigherIsBetter(new double[][] {{1, 2}, {1, Double.NaN}}),
        "scores[1][1] is NaN");
    refused(
        () -> new CalibrationError(15).of(new double[] {Double.NaN}, new boolean[1]),
        "probabilities[0] is NaN");
    refused(() -> Summary.of(Double.MAX_VALUE, -Double.MAX_VALUE), "mean is -Infinity");
    refused(() -> new PValue(Double.NaN, 0, true), "p is NaN");
    refused(() -> new Interval(0.95, Double.NaN, 1), "NaN");
    refused(() -> new BayesianSignedRankTest(Double.NaN, 0), "NaN");
    refused(() -> new PairedBootstrap(Double.NaN, 0), "level is NaN");
    refused(() -> new BayesianSignedRankResult(1, 1, Double.NaN, 0, 1), "left is NaN");
  }

  @Test
  void nothingIsRefused() {
    refused(() -> Summary.of(), "no values");
    refused(() -> Differences.of(NONE, NONE), "no values");
    refused(() -> PairedOutcomes.of(new boolean[0], new boolean[0]), "at least 1");
    refused(() -> new PairedOutcomes(0, 0, 0, 0), "0 images");
    refused(() -> new HolmCorrection().of(List.of()), "at least 1");
    refused(() -> RankTable.ofHigherIsBetter(new double[0][]), "data sets is 0");
    refused(() -> RankTable.ofHigherIsBetter(new double[][] {{1}}), "methods is 1");
    refused(() -> ConfusionMatrix.of(new int[0], new int[0], 3), "at least 1");
    refused(() -> new CalibrationError(15).of(NONE, new boolean[0]), "at least 1");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refused(() -> Differences.of(new double[] {1}, new double[] {1, 2}), "expected pairs");
    refused(() -> PairedOutcomes.of(new boolean[2], new boolean[3]), "expected pairs");
    refused(() -> RankTable.ofHigherIsBetter(new double[][] {{1, 2}, {1}}), "scores[1] has 1");
    refused(
        () -> ConfusionMatrix.of(new int[] {3}, new int[] {0}, 3),
        "labels[0] is 3, expected 0 to 2");
    refused(() -> ConfusionMatrix.of(new int[] {0}, new int[] {-1}, 3), "predictions[0] is -1");
    refused(
        () -> ConfusionMatrix.of(new int[] {0}, new int[] {0}, 1_000_001), "classes is 1000001");
    refused(() -> new CalibrationError(0), "bins is 0");
    refused(
        () -> new CalibrationError(15).of(new double[] {1.01}, new boolean[1]),
        "probabilities[0] is 1.01");
    refused(() -> new PValue(0.1, 0.2, true), "smallest p is 0.2");
    refused(() -> new PairedOutcomes(Integer.MAX_VALUE, 1, 0, 0), "images");
    refused(() -> new BayesianSignedRankTest(0, 0), "above 0");
    refused(() -> new Interval(0.95, 1, 0), "from 1.0 to 0.0");
    refused(() -> new NemenyiTest(0), "level is 0.0");
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
  }
}
