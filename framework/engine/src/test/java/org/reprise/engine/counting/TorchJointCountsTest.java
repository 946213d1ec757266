package org.reprise.engine.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.Random;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.testkit.NativeMemory;
import org.reprise.testkit.OracleJointCounts;

class TorchJointCountsTest {
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private PointerScope scope;

  @BeforeEach
  void openScope() {
    System.out.println("seed " + seed);
    Loader.load(torch.class);
    scope = new PointerScope();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Float", "Half", "BFloat16"})
  void agreesWithTheDefinition(ScalarType type) {
    for (int i = 0; i < 30; i++) {
      int sources = i == 0 ? 1 : 1 + random.nextInt(40);
      int targets = 1 + random.nextInt(12);
      int k = 1 + random.nextInt(sources);
      int total = 0;
      try (TorchJointCounts predictions = counts(sources, targets);
          TorchJointCounts probabilities = counts(sources, targets);
          OracleJointCounts expectedPredictions = new OracleJointCounts(sources, targets);
          OracleJointCounts expectedProbabilities = new OracleJointCounts(sources, targets)) {
        for (int batch = 0; batch < 3; batch++) {
          int rows = random.nextInt(50);
          // every second case has few distinct values, and so many ties
          Tensor logits = logits(rows, sources, i % 2 == 0).to(type);
          Tensor labels = labels(rows, targets);
          predictions.addArgmax(logits, labels);
          expectedPredictions.addArgmax(logits, labels);
          probabilities.addTopK(logits, labels, k);
          expectedProbabilities.addTopK(logits, labels, k);
          total += rows;
        }
        String what = "seed " + seed + ", case " + i + ", k " + k;
        assertThat(predictions.counts().scalar_type().intern()).isEqualTo(ScalarType.Long);
        assertThat(probabilities.counts().scalar_type().intern()).isEqualTo(ScalarType.Double);
        assertEqual(what, predictions.counts(), expectedPredictions.counts());
        // softmax in float32, relative error a few ulp, and 2^-37 a sample from rounding
        assertClose(
            what, probabilities.counts(), expectedProbabilities.counts(), total * 0x1p-37, 1e-6);
        assertThat(predictions.samples()).isEqualTo(total);
        assertThat(probabilities.samples()).isEqualTo(total);
      }
    }
  }

  @Test
  void countsDoNotDependOnTheOrderOrTheBatches() {
    int rows = 500;
    Tensor logits = logits(rows, 23, false);
    Tensor labels = labels(rows, 5);
    Tensor order = torch.randperm(rows);
    try (TorchJointCounts once = counts(23, 5);
        TorchJointCounts shuffled = counts(23, 5)) {
      once.addTopK(logits, labels, 4);
      for (int start = 0; start < rows; ) {
        int length = Math.min(1 + random.nextInt(60), rows - start);
        Tensor chosen = order.narrow(0, start, length);
        shuffled.addTopK(logits.index_select(0, chosen), labels.index_select(0, chosen), 4);
        start += length;
      }
      assertEqual("seed " + seed, shuffled.counts(), once.counts());
    }
  }

  @Test
  void takesRowsOfALargerTensor() {
    Tensor wide = logits(20, 30, false);
    Tensor part = wide.narrow(1, 3, 11);
    Tensor labels = labels(20, 4);
    try (TorchJointCounts counts = counts(11, 4);
        TorchJointCounts expected = counts(11, 4)) {
      counts.addTopK(part, labels, 3);
      expected.addTopK(part.contiguous(), labels, 3);
      assertEqual("seed " + seed, counts.counts(), expected.counts());
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void nonFiniteLogitsAreRefusedAndNotCounted(float value) {
    float[] values = new float[5 * 7];
    values[random.nextInt(values.length)] = value;
    Tensor logits = Tensor.create(values).reshape(5, 7);
    try (TorchJointCounts counts = counts(7, 2)) {
      assertThatThrownBy(() -> counts.addArgmax(logits, labels(5, 2)))
          .isInstanceOf(NonFiniteLogitsException.class)
          .hasMessageContaining("row");
      assertThatThrownBy(() -> counts.addTopK(logits, labels(5, 2), 1))
          .isInstanceOf(NonFiniteLogitsException.class);
      assertThat(counts.samples()).isZero();
      assertEqual("counts", counts.counts().sum(), torch.zeros(1).sum());
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    Tensor logits = logits(3, 6, false);
    try (TorchJointCounts counts = counts(6, 4)) {
      for (long label : new long[] {-1, 4}) {
        Tensor labels = Tensor.create(new long[] {0, label, 1});
        assertThatThrownBy(() -> counts.addArgmax(logits, labels))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("[0, 4)");
      }
      for (int k : new int[] {0, -1, 7}) {
        assertThatThrownBy(() -> counts.addTopK(logits, labels(3, 4), k))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("[1, 6]");
      }
      Tensor good = labels(3, 4);
      assertRefused(counts, logits(3, 5, false), good);
      assertRefused(counts, logits(4, 6, false), good);
      assertRefused(counts, logits.reshape(-1), good);
      assertRefused(counts, logits.to(ScalarType.Double), good);
      assertRefused(counts, logits, good.to(ScalarType.Int));
      assertRefused(counts, logits, good.reshape(3, 1));
      assertThat(counts.samples()).isZero();
    }
  }

  @Test
  void predictionsAndProbabilitiesAreNotMixedUntilCleared() {
    Tensor logits = logits(3, 6, false);
    Tensor labels = labels(3, 4);
    try (TorchJointCounts counts = counts(6, 4)) {
      counts.addArgmax(logits, labels);
      assertThatThrownBy(() -> counts.addTopK(logits, labels, 2))
          .isInstanceOf(IllegalStateException.class);
      counts.clear();
      assertThat(counts.samples()).isZero();
      assertEqual("cleared", counts.counts(), torch.zeros(6, 4).to(ScalarType.Long));
      counts.addTopK(logits, labels, 2);
      assertThatThrownBy(() -> counts.addArgmax(logits, labels))
          .isInstanceOf(IllegalStateException.class);
      assertThat(counts.samples()).isEqualTo(3);
    }
  }

  @Test
  void countsAreASnapshot() {
    try (TorchJointCounts counts = counts(6, 4)) {
      counts.addArgmax(logits(3, 6, false), labels(3, 4));
      Tensor before = counts.counts();
      Tensor copy = before.clone();
      counts.addArgmax(logits(3, 6, false), labels(3, 4));
      assertEqual("snapshot", before, copy);
    }
  }

  @Test
  void nativeMemoryIsFlat() {
    try (TorchJointCounts counts = counts(9, 4)) {
      NativeMemory.assertFlat(
          "counting",
          () -> {
            counts.addTopK(logits(8, 9, true), labels(8, 4), 3);
            counts.counts();
            counts.clear();
            counts.addArgmax(logits(8, 9, true), labels(8, 4));
            counts.clear();
          });
    }
  }

  private static void assertRefused(TorchJointCounts counts, Tensor logits, Tensor labels) {
    assertThatThrownBy(() -> counts.addArgmax(logits, labels))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TorchJointCounts counts(int sources, int targets) {
    return new TorchJointCounts(sources, targets, new Device("cpu"));
  }

  private Tensor logits(int rows, int sources, boolean ties) {
    float[] values = new float[rows * sources];
    for (int i = 0; i < values.length; i++) {
      values[i] = ties ? random.nextInt(3) : (float) (4 * random.nextGaussian());
    }
    return values.length == 0
        ? torch.zeros(rows, sources)
        : Tensor.create(values).reshape(rows, sources);
  }

  private Tensor labels(int rows, int targets) {
    return rows == 0
        ? torch.zeros(0).to(ScalarType.Long)
        : Tensor.create(random.longs(rows, 0, targets).toArray());
  }
}
