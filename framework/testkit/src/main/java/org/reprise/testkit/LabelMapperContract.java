package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;
import static org.reprise.testkit.TensorAssertions.shape;

import java.util.List;
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
import org.reprise.api.Stateful;
import org.reprise.api.Trainable;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.MatrixMapping;

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
        if (mapper instanceof MatrixMapping mapping) {
          assertDetached("matrix", mapping.matrix(), sizes[0], sizes[1]);
          mapping.bias().ifPresent(bias -> assertDetached("bias", bias, sizes[1]));
        }
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
      assertSameMapping(first, second);
    }
  }

  @Test
  final void mapIsTheProductWithTheMatrixPlusTheBias() {
    try (LabelMapper mapper = create(CONTEXT)) {
      train(
          mapper, logits(SAMPLES, CONTEXT.sourceLabels()), labels(SAMPLES, CONTEXT.targetLabels()));
      if (mapper instanceof MatrixMapping mapping) {
        Tensor matrix = mapping.matrix();
        Tensor bias = mapping.bias().orElseGet(() -> torch.zeros(CONTEXT.targetLabels()));
        Tensor logits = logits(9, CONTEXT.sourceLabels());
        assertEqual("map(I)", mapper.map(torch.eye(CONTEXT.sourceLabels())), matrix.add(bias));
        assertClose("map(x)", mapper.map(logits), logits.matmul(matrix).add(bias), 1e-6, 1e-6);
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
      assertLearns("logits", logits.grad());
      if (mapper instanceof MatrixMapping mapping) {
        // d sum(f(x) * w) / dx of an affine f is w times the transposed matrix
        assertClose("gradient", logits.grad(), weights.matmul(mapping.matrix().t()), 1e-5, 1e-5);
      }
      parameters(mapper).forEach(parameter -> assertLearns("parameter", parameter.grad()));
    }
  }

  @Test
  final void keepsTheSameParameters() {
    try (LabelMapper mapper = create(CONTEXT)) {
      assertThat(parameters(mapper)).isEqualTo(parameters(mapper));
      for (Tensor parameter : parameters(mapper)) {
        assertThat(parameter.is_leaf() && parameter.requires_grad()).isTrue();
        assertThat(parameter.scalar_type().intern()).isEqualTo(ScalarType.Float);
      }
    }
  }

  @Test
  final void refusesToMapBeforeTheFirstRefit() {
    try (LabelMapper mapper = create(CONTEXT)) {
      if (!(mapper instanceof EvidenceBased evidenceBased)) {
        return; // ready when made
      }
      assertThat(evidenceBased.evidence()).isNotNull().isEqualTo(evidenceBased.evidence());
      assertThat(evidenceBased.interval()).isPositive().isEqualTo(evidenceBased.interval());
      Tensor logits = logits(3, CONTEXT.sourceLabels());
      assertThatThrownBy(() -> mapper.map(logits))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("refit");
      if (mapper instanceof MatrixMapping mapping) {
        assertThatThrownBy(mapping::matrix).isInstanceOf(IllegalStateException.class);
      }
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
      assertSameMapping(mapper, fresh);
    }
  }

  @Test
  final void evidenceMayComeInBatchesOfAnySize() {
    Tensor logits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor labels = labels(SAMPLES, CONTEXT.targetLabels());
    try (LabelMapper atOnce = create(CONTEXT);
        LabelMapper inBatches = create(CONTEXT)) {
      train(atOnce, logits, labels);
      if (inBatches instanceof EvidenceBased evidenceBased) {
        for (long start = 0, size = 1; start < SAMPLES; start += size, size = size * 2 + 1) {
          size = Math.min(size, SAMPLES - start);
          evidenceBased.observe(logits.narrow(0, start, size), labels.narrow(0, start, size));
        }
        evidenceBased.refit();
      }
      // the order of summation may differ between kinds of counts
      Tensor unit = torch.eye(CONTEXT.sourceLabels());
      assertClose("map(I)", inBatches.map(unit), atOnce.map(unit), 1e-7, 1e-6);
    }
  }

  @Test
  final void anAbsentClassKeepsItsColumn() {
    Tensor logits = logits(SAMPLES, CONTEXT.sourceLabels());
    Tensor labels = labels(SAMPLES, CONTEXT.targetLabels() - 1);
    try (LabelMapper mapper = create(CONTEXT)) {
      train(mapper, logits, labels);
      Tensor mapped = mapper.map(logits);
      assertThat(shape(mapped)).containsExactly(SAMPLES, CONTEXT.targetLabels());
      assertFinite("mapped logits", mapped);
    }
  }

  @Test
  final void aPassWithoutSamplesStillGivesAMapping() {
    try (LabelMapper mapper = create(CONTEXT)) {
      if (mapper instanceof EvidenceBased evidenceBased) {
        evidenceBased.refit();
      }
      assertFinite("map(I)", mapper.map(torch.eye(CONTEXT.sourceLabels())));
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
      if (mapper instanceof Stateful from && other instanceof Stateful to) {
        Map<String, Tensor> saved = StateChecks.copy(from.state());
        List<Tensor> parameters = parameters(other);
        to.restore(saved);
        assertSameMapping(other, mapper);
        StateChecks.assertSame(to.state(), saved);
        assertThat(parameters(other)).isEqualTo(parameters);
      } else {
        train(other, logits, labels);
        assertSameMapping(other, mapper); // nothing to save: the seed does not matter
      }
    }
  }

  @Test
  final void refusesABadStateAndKeepsItsOwn() {
    try (LabelMapper mapper = create(CONTEXT)) {
      train(
          mapper, logits(SAMPLES, CONTEXT.sourceLabels()), labels(SAMPLES, CONTEXT.targetLabels()));
      if (mapper instanceof Stateful stateful) {
        StateChecks.assertRefusesBadStates(stateful);
      }
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
            if (mapper instanceof MatrixMapping mapping) {
              mapping.matrix();
            }
            if (mapper instanceof Stateful stateful) {
              stateful.restore(StateChecks.copy(stateful.state()));
            }
          });
      // what was made in a scope that has closed is still there
      assertThat(shape(mapper.map(logits))).containsExactly(SAMPLES, CONTEXT.targetLabels());
    }
  }

  private static void train(LabelMapper mapper, Tensor logits, Tensor labels) {
    if (mapper instanceof EvidenceBased evidenceBased) {
      evidenceBased.observe(logits, labels);
      evidenceBased.refit();
    }
  }

  private static List<Tensor> parameters(LabelMapper mapper) {
    return mapper instanceof Trainable trainable
        ? trainable.parameters().stream().flatMap(group -> group.tensors().stream()).toList()
        : List.of();
  }

  private static void assertSameMapping(LabelMapper one, LabelMapper other) {
    Tensor logits = logits(9, CONTEXT.sourceLabels());
    assertEqual("mapped logits", one.map(logits), other.map(logits));
    if (one instanceof MatrixMapping mapping) {
      assertEqual("matrix", mapping.matrix(), ((MatrixMapping) other).matrix());
    }
  }

  private static void assertDetached(String what, Tensor tensor, long... expected) {
    assertThat(shape(tensor)).as(what).containsExactly(expected);
    assertThat(tensor.scalar_type().intern()).as(what).isEqualTo(ScalarType.Float);
    assertThat(tensor.requires_grad()).as(what).isFalse();
    assertFinite(what, tensor);
  }

  private static void assertLearns(String what, Tensor gradient) {
    assertFinite(what, gradient);
    assertThat(DoubleStream.of(doubles(gradient)).anyMatch(value -> value != 0)).as(what).isTrue();
  }

  private static Tensor logits(long rows, long columns) {
    return torch.randn(rows, columns).mul(new Scalar(3.0));
  }

  private static Tensor labels(int rows, int classes) {
    return Tensor.create(LongStream.range(0, rows).map(i -> i % classes).toArray(), rows);
  }
}
