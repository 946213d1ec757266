package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;
import static org.reprise.testkit.TensorAssertions.shape;

import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.training.ParameterGroup;

/** What every label mapper must do. A mapper's test extends this class. */
@ExtendWith(NativeScope.class)
public abstract class LabelMapperContract {
  private static final FakeLabelMapperContext CONTEXT = new FakeLabelMapperContext(11, 4, 7);
  private static final int SAMPLES = 60;

  /**
   * Makes the mapper under test.
   *
   * @param context its surroundings
   * @return a new mapper; the suite closes it
   */
  protected abstract LabelMapper create(LabelMapperContext context);

  @BeforeEach
  final void seed() {
    torch.manual_seed(20240917);
  }

  @Test
  final void mapsOddShapesAndBatchesOfOne() {
    int[][] cases = {{7, 3, 5}, {5, 5, 1}, {13, 1, 2}, {2, 2, 3}, {1, 1, 1}, {67, 31, 9}};
    for (int[] sizes : cases) {
      try (LabelMapper mapper = create(new FakeLabelMapperContext(sizes[0], sizes[1], 3))) {
        train(mapper, logits(SAMPLES, sizes[0]), labels(SAMPLES, sizes[1]));
        Tensor mapped = mapper.map(logits(sizes[2], sizes[0]));
        assertThat(shape(mapped)).containsExactly(sizes[2], sizes[1]);
        assertThat(mapped.scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertFinite("mapped", mapped);
        Tensor matrix = mapper.matrix();
        assertThat(shape(matrix)).containsExactly(sizes[0], sizes[1]);
        assertThat(matrix.scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertThat(matrix.requires_grad()).isFalse();
        assertFinite("matrix", matrix);
      }
    }
  }

  @Test
  final void leavesItsInputsUnmodified() {
    try (LabelMapper mapper = create(CONTEXT)) {
      Tensor logits = logits(SAMPLES, CONTEXT.sourceLabels());
      Tensor labels = labels(SAMPLES, CONTEXT.targetLabels());
      Tensor logitsBefore = logits.clone();
      Tensor labelsBefore = labels.clone();
      train(mapper, logits, labels);
      mapper.map(logits);
      assertEqual("logits", logits, logitsBefore);
      assertEqual("labels", labels, labelsBefore);
    }
  }

  @Test
  final void sameSeedAndEvidenceGiveTheSameMapping() {
    Tensor logits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor labels = labels(SAMPLES, CONTEXT.targetLabels());
    try (LabelMapper first = create(CONTEXT);
        LabelMapper second = create(CONTEXT)) {
      train(first, logits, labels);
      torch.rand(5); // the global generator must not matter
      train(second, logits, labels);
      assertEqual("matrix", first.matrix(), second.matrix());
      assertEqual("mapped logits", first.map(logits), second.map(logits));
    }
  }

  @Test
  final void matrixIsTheMapOfTheIdentityWhereLinear() {
    try (LabelMapper mapper = create(CONTEXT)) {
      train(
          mapper, logits(SAMPLES, CONTEXT.sourceLabels()), labels(SAMPLES, CONTEXT.targetLabels()));
      if (mapper.isLinear()) {
        Tensor logits = logits(9, CONTEXT.sourceLabels());
        assertEqual("map(I)", mapper.map(torch.eye(CONTEXT.sourceLabels())), mapper.matrix());
        assertClose("map(x)", mapper.map(logits), logits.matmul(mapper.matrix()), 1e-6, 1e-6);
      }
    }
  }

  @Test
  final void gradientReachesLogitsAndParameters() {
    try (LabelMapper mapper = create(CONTEXT)) {
      train(
          mapper, logits(SAMPLES, CONTEXT.sourceLabels()), labels(SAMPLES, CONTEXT.targetLabels()));
      Tensor logits = logits(6, CONTEXT.sourceLabels()).requires_grad_(true);
      Tensor weights = logits(6, CONTEXT.targetLabels());
      mapper.map(logits).mul(weights).sum().backward();
      // d sum(f(x) * w) / dx of a linear or affine f is w times the transposed matrix
      assertClose("gradient", logits.grad(), weights.matmul(mapper.matrix().t()), 1e-5, 1e-5);
      for (ParameterGroup group : mapper.parameters()) {
        for (Tensor parameter : group.tensors()) {
          assertFinite("parameter.grad()", parameter.grad());
          assertThat(DoubleStream.of(doubles(parameter.grad())).anyMatch(value -> value != 0))
              .isTrue();
        }
      }
    }
  }

  @Test
  final void keepsTheSameParameters() {
    try (LabelMapper mapper = create(CONTEXT)) {
      assertThat(mapper.parameters()).isEqualTo(mapper.parameters());
      for (ParameterGroup group : mapper.parameters()) {
        for (Tensor parameter : group.tensors()) {
          assertThat(parameter.is_leaf() && parameter.requires_grad()).isTrue();
          assertThat(parameter.scalar_type().intern()).isEqualTo(ScalarType.Float);
        }
      }
    }
  }

  @Test
  final void refusesToMapBeforeTheFirstRefit() {
    try (LabelMapper mapper = create(CONTEXT)) {
      if (mapper.evidence() == Evidence.NONE) {
        return; // ready when made
      }
      Tensor logits = logits(3, CONTEXT.sourceLabels());
      assertThatThrownBy(() -> mapper.map(logits))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("refit");
      assertThatThrownBy(mapper::matrix).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  final void refitForgetsTheEvidence() {
    Tensor firstLogits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor secondLogits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor labels = labels(SAMPLES, CONTEXT.targetLabels());
    try (LabelMapper mapper = create(CONTEXT);
        LabelMapper fresh = create(CONTEXT)) {
      train(mapper, firstLogits, labels);
      train(mapper, secondLogits, labels);
      train(fresh, secondLogits, labels);
      assertEqual("matrix", mapper.matrix(), fresh.matrix());
    }
  }

  @Test
  final void evidenceMayComeInBatchesOfAnySize() {
    Tensor logits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor labels = labels(SAMPLES, CONTEXT.targetLabels());
    try (LabelMapper atOnce = create(CONTEXT);
        LabelMapper inBatches = create(CONTEXT)) {
      train(atOnce, logits, labels);
      if (inBatches.evidence() != Evidence.NONE) {
        for (long start = 0, size = 1; start < SAMPLES; start += size, size = size * 2 + 1) {
          size = Math.min(size, SAMPLES - start);
          inBatches.observe(logits.narrow(0, start, size), labels.narrow(0, start, size));
        }
        inBatches.refit();
      }
      // the order of summation may differ between kinds of counts
      assertClose("matrix", inBatches.matrix(), atOnce.matrix(), 1e-7, 1e-6);
    }
  }

  @Test
  final void anAbsentClassKeepsItsColumn() {
    Tensor logits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor labels = labels(SAMPLES, CONTEXT.targetLabels() - 1);
    try (LabelMapper mapper = create(CONTEXT)) {
      train(mapper, logits, labels);
      assertThat(shape(mapper.matrix()))
          .containsExactly(CONTEXT.sourceLabels(), CONTEXT.targetLabels());
      assertFinite("mapper.matrix()", mapper.matrix());
      assertFinite("mapper.map(logits)", mapper.map(logits));
    }
  }

  @Test
  final void aPassWithoutSamplesStillGivesAMapping() {
    try (LabelMapper mapper = create(CONTEXT)) {
      mapper.refit();
      assertFinite("mapper.matrix()", mapper.matrix());
    }
  }

  @Test
  final void restoresItsOwnState() {
    Tensor logits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor labels = labels(SAMPLES, CONTEXT.targetLabels());
    try (LabelMapper mapper = create(CONTEXT);
        LabelMapper other =
            create(
                new FakeLabelMapperContext(
                    CONTEXT.sourceLabels(), CONTEXT.targetLabels(), CONTEXT.seed() + 1))) {
      train(mapper, logits, labels);
      Map<String, Tensor> saved = StateChecks.copy(mapper.state());
      other.restore(saved);
      assertEqual("matrix", other.matrix(), mapper.matrix());
      assertEqual("mapped logits", other.map(logits), mapper.map(logits));
      StateChecks.assertSame(other.state(), saved);
    }
  }

  @Test
  final void refusesABadStateAndKeepsItsOwn() {
    try (LabelMapper mapper = create(CONTEXT)) {
      train(
          mapper, logits(SAMPLES, CONTEXT.sourceLabels()), labels(SAMPLES, CONTEXT.targetLabels()));
      StateChecks.assertRefusesBadStates(mapper);
    }
  }

  @Test
  final void nativeMemoryIsFlat() {
    Tensor logits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor labels = labels(SAMPLES, CONTEXT.targetLabels());
    NativeMemory.assertFlat(
        "a mapper's whole life",
        () -> {
          try (LabelMapper mapper = create(CONTEXT)) {
            train(mapper, logits, labels);
            mapper.map(logits);
          }
        });
    try (LabelMapper mapper = create(CONTEXT)) {
      NativeMemory.assertFlat(
          "evidence, refit, map, state",
          () -> {
            train(mapper, logits, labels);
            mapper.map(logits);
            mapper.matrix();
            mapper.restore(mapper.state());
          });
      // what was made in a scope that has closed is still there
      assertThat(shape(mapper.map(logits))).containsExactly(SAMPLES, CONTEXT.targetLabels());
    }
  }

  private static void train(LabelMapper mapper, Tensor logits, Tensor labels) {
    if (mapper.evidence() != Evidence.NONE) {
      mapper.observe(logits, labels);
      mapper.refit();
    }
  }

  private static Tensor logits(long rows, long columns) {
    return torch.randn(rows, columns).mul(new Scalar(3.0));
  }

  private static Tensor labels(int rows, int classes) {
    return Tensor.create(LongStream.range(0, rows).map(i -> i % classes).toArray(), rows);
  }
}
