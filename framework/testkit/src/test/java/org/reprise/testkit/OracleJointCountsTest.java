package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.api.NonFiniteLogitsException;

@ExtendWith(NativeScope.class)
final class OracleJointCountsTest {
  @ParameterizedTest
  @MethodSource("org.reprise.testkit.MappingFixture#names")
  void countsEqualTheRecordedOnes(String name) {
    MappingFixture fixture = MappingFixture.read(name);
    OracleJointCounts counts =
        new OracleJointCounts(fixture.sourceLabels(), fixture.targetLabels());
    counts.addArgmax(fixture.logits(), fixture.labels());
    assertThat(counts.counts().scalar_type().intern()).isEqualTo(ScalarType.Long);
    assertThat(counts.samples()).isEqualTo(fixture.labels().numel());
    if (fixture.dense("freq").isPresent()) {
      assertEqual(name, counts.counts(), fixture.dense("freq").get());
    }
  }

  @Test
  void topProbabilitiesEqualTheRecordedOnes() {
    MappingFixture fixture = MappingFixture.read("mapping_small");
    for (String tensor : fixture.tensorNames()) {
      if (tensor.startsWith("topk_probs_k")) {
        int k = Integer.parseInt(tensor.substring("topk_probs_k".length()));
        OracleJointCounts counts =
            new OracleJointCounts(fixture.sourceLabels(), fixture.targetLabels());
        counts.addTopK(fixture.logits(), fixture.labels(), k);
        Tensor oneHot =
            torch
                .zeros(fixture.labels().numel(), fixture.targetLabels())
                .scatter_(1, fixture.labels().unsqueeze(1), new Scalar(1.0f));
        assertClose(tensor, counts.counts(), fixture.tensor(tensor).t().matmul(oneHot), 1e-5, 1e-6);
      }
    }
  }

  @Test
  void lowestSourceLabelWinsTies() {
    Tensor logits = Tensor.create(new float[] {1, 5, 5, 0, 5, 2, 2, 2, 2, 1}, 2, 5);
    Tensor labels = Tensor.create(0L, 1L);
    OracleJointCounts counts = new OracleJointCounts(5, 2);
    counts.addArgmax(logits, labels);
    assertThat(doubles(counts.counts())).containsExactly(0, 1, 1, 0, 0, 0, 0, 0, 0, 0);
    counts.clear();
    counts.addTopK(logits, labels, 2);
    double[] mass = doubles(counts.counts());
    assertThat(mass[2]).isEqualTo(mass[4]).isPositive(); // sources 1 and 2 of target 0
    assertThat(mass[1]).isEqualTo(mass[3]).isPositive(); // sources 0 and 1 of target 1
    assertThat(Arrays.stream(mass).filter(value -> value > 0)).hasSize(4);
  }

  @Test
  void recordedTiesTakeTheFirstMaximum() {
    MappingFixture fixture = MappingFixture.read("mapping_ties");
    if (!fixture.tensorNames().contains("tie_argmax")) {
      return;
    }
    Tensor logits = fixture.tensor("tie_logits");
    double[] expected = doubles(fixture.tensor("tie_argmax"));
    int sources = (int) logits.size(1);
    for (int row = 0; row < expected.length; row++) {
      OracleJointCounts counts = new OracleJointCounts(sources, 1);
      counts.addArgmax(logits.narrow(0, row, 1), Tensor.create(new long[] {0}));
      assertThat(doubles(counts.counts())[(int) expected[row]]).isEqualTo(1);
    }
  }

  @Test
  void allProbabilitiesOfASampleSumToOne() {
    OracleJointCounts counts = new OracleJointCounts(7, 1);
    counts.addTopK(torch.randn(3, 7), Tensor.create(0L, 0L, 0L), 7);
    assertThat(Math.abs(Arrays.stream(doubles(counts.counts())).sum() - 3)).isLessThan(1e-12);
    assertThat(counts.counts().scalar_type().intern()).isEqualTo(ScalarType.Double);
  }

  @Test
  void sumsGivenWeights() {
    OracleJointCounts counts = new OracleJointCounts(3, 2);
    Tensor ids = Tensor.create(0L, 2L, 1L, 1L).reshape(2, 2);
    Tensor weights = Tensor.create(0.5f, 0.25f, 4f, 8f).reshape(2, 2);
    counts.add(ids, weights, Tensor.create(1L, 0L));
    assertThat(doubles(counts.counts())).containsExactly(0, 0.5, 12, 0, 0, 0.25);
    assertThat(counts.counts().scalar_type().intern()).isEqualTo(ScalarType.Double);
    assertThat(counts.samples()).isEqualTo(2);
    Tensor logits = torch.randn(1, 3);
    Tensor label = Tensor.create(new long[] {0});
    assertThatThrownBy(() -> counts.addArgmax(logits, label))
        .isInstanceOf(IllegalStateException.class);
    counts.addTopK(logits, label, 3);
    assertThat(Math.abs(Arrays.stream(doubles(counts.counts())).sum() - 13.75)).isLessThan(1e-12);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1}) {
      assertThatThrownBy(
              () -> counts.add(ids.narrow(0, 0, 1), Tensor.create(1f, bad).reshape(1, 2), label))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> counts.add(Tensor.create(0L, 3L).reshape(1, 2), weights, label))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> counts.add(Tensor.create(0L, 3L).reshape(1, 2), weights.narrow(0, 0, 1), label))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatDoesNotFit() {
    OracleJointCounts counts = new OracleJointCounts(3, 2);
    Tensor label = Tensor.create(new long[] {0});
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThatThrownBy(
              () -> counts.addArgmax(Tensor.create(new float[] {0, bad, 1}, 1, 3), label))
          .isInstanceOf(NonFiniteLogitsException.class);
    }
    counts.clear();
    assertThatThrownBy(() -> counts.addArgmax(torch.randn(1, 4), label))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> counts.addArgmax(torch.randn(1, 3), Tensor.create(new long[] {2})))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> counts.addTopK(torch.randn(1, 3), label, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
