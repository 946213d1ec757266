package org.reprise.mappers.bayesian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.testkit.BayesianCase;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.MappingFixture;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.OracleJointCounts;

/** Recorded matrices of the reference implementation. */
@ExtendWith(NativeScope.class)
final class BayesianFixtureTest {
  private static final double TOLERANCE = 1e-6; // the reference sums in float32

  @ParameterizedTest
  @MethodSource("org.reprise.testkit.MappingFixture#names")
  void matrices(String name) {
    MappingFixture fixture = MappingFixture.read(name);
    assertThat(fixture.bayesianCases()).isNotEmpty();
    for (BayesianCase recorded : fixture.bayesianCases()) {
      try (BayesianLabelMapper mapper = fitted(recorded, fixture, fixture.labels())) {
        assertClose(
            name + " " + recorded,
            mapper.matrix(),
            expected(fixture, recorded),
            TOLERANCE,
            TOLERANCE);
        String mapped = recorded.topK().map(k -> "mapped_blmp_k" + k).orElse("mapped_blm");
        if (recorded.laplace() == 1 && fixture.tensorNames().contains(mapped)) {
          assertClose(
              name + " " + mapped,
              mapper.map(fixture.logits()),
              fixture.tensor(mapped),
              TOLERANCE,
              TOLERANCE);
        }
      }
    }
  }

  /** Compares with the rules themselves, where the reference divides by zero or drops a column. */
  @ParameterizedTest
  @ValueSource(strings = {"y", "y_gap", "y_short"})
  void degenerateCases(String labelsName) {
    MappingFixture fixture = MappingFixture.read("mapping_edge");
    if (!fixture.tensorNames().contains(labelsName)) {
      return;
    }
    Tensor labels = fixture.tensor(labelsName);
    List<BayesianCase> recordedCases =
        fixture.bayesianCases().stream()
            .filter(recorded -> recorded.topK().orElse(1) >= 1) // k is at least 1 here
            .toList();
    assertThat(recordedCases).isNotEmpty();
    for (BayesianCase recorded : recordedCases) {
      try (OracleJointCounts counts =
              new OracleJointCounts(fixture.sourceLabels(), fixture.targetLabels());
          BayesianLabelMapper mapper = fitted(recorded, fixture, labels)) {
        rule(recorded).add(counts, fixture.logits(), labels);
        assertFinite(recorded.tensor(), mapper.matrix());
        assertClose(
            labelsName + " " + recorded,
            mapper.matrix(),
            NaiveRule.matrix(counts.counts(), recorded.laplace()),
            TOLERANCE,
            TOLERANCE);
      }
    }
  }

  /** Where the reference's answer is finite and whole, it is the same as that of the rules. */
  @Test
  void finiteCasesOfTheDegenerateFile() {
    MappingFixture fixture = MappingFixture.read("mapping_edge");
    for (BayesianCase recorded : fixture.bayesianCases()) {
      Tensor expected = fixture.tensor(recorded.tensor());
      if (recorded.topK().orElse(1) >= 1
          && recorded.laplace() > 0
          && expected.isfinite().all().item_bool()) {
        try (BayesianLabelMapper mapper = fitted(recorded, fixture, fixture.labels())) {
          assertClose(recorded.tensor(), mapper.matrix(), expected, TOLERANCE, TOLERANCE);
        }
      }
    }
  }

  /** The recorded matrix, or the rules' where the reference has no defined answer. */
  private static Tensor expected(MappingFixture fixture, BayesianCase recorded) {
    Tensor matrix = fixture.dense(recorded.tensor()).orElseThrow();
    boolean defined =
        matrix.size(1) == fixture.targetLabels()
            && matrix.isfinite().all().item_bool()
            // which of several equal logits its top k takes is up to chance
            && !(recorded.topK().isPresent() && dependsOnTies(fixture, recorded));
    if (defined) {
      return matrix;
    }
    try (OracleJointCounts counts =
        new OracleJointCounts(fixture.sourceLabels(), fixture.targetLabels())) {
      rule(recorded).add(counts, fixture.logits(), fixture.labels());
      return NaiveRule.matrix(counts.counts(), recorded.laplace());
    }
  }

  private static boolean dependsOnTies(MappingFixture fixture, BayesianCase recorded) {
    int k = recorded.topK().orElseThrow();
    if (k >= fixture.sourceLabels()) {
      return false;
    }
    double[] sorted = doubles(fixture.logits().topk(k + 1).get0());
    for (int row = 0; row < sorted.length; row += k + 1) {
      if (sorted[row + k] == sorted[row + k - 1]) {
        return true;
      }
    }
    return false;
  }

  private static EvidenceRule rule(BayesianCase recorded) {
    return (counts, logits, labels) -> {
      if (recorded.topK().isPresent()) {
        counts.addTopK(logits, labels, recorded.topK().get());
      } else {
        counts.addArgmax(logits, labels);
      }
    };
  }

  private static BayesianLabelMapper fitted(
      BayesianCase recorded, MappingFixture fixture, Tensor labels) {
    FakeLabelMapperContext context =
        new FakeLabelMapperContext(fixture.sourceLabels(), fixture.targetLabels(), 0);
    LabelMapper made =
        recorded.topK().isPresent()
            ? new BlmPlusPlusFactory()
                .create(
                    new BlmPlusPlusOptions(
                        recorded.laplace(), 0.15, Optional.of(recorded.topK().get())),
                    context)
            : new BlmFactory().create(new BlmOptions(recorded.laplace()), context);
    BayesianLabelMapper mapper = (BayesianLabelMapper) made;
    mapper.observe(fixture.logits(), labels);
    mapper.refit();
    return mapper;
  }
}
