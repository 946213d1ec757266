package org.reprise.mappers.onetoone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.options.NoOptions;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.MappingFixture;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.OracleJointCounts;

/** Recorded sequences of the reference implementation. */
@ExtendWith(NativeScope.class)
final class OneToOneFixtureTest {
  @ParameterizedTest
  @MethodSource("org.reprise.testkit.MappingFixture#names")
  void sequenceFromLogits(String name) {
    MappingFixture fixture = MappingFixture.read(name);
    assumeThat(isWhole(fixture)).isTrue();
    for (var factory :
        List.of(new FrequentLabelMapperFactory(), new IterativeLabelMapperFactory())) {
      try (FrequencyLabelMapper mapper =
          (FrequencyLabelMapper) factory.create(new NoOptions(), context(fixture))) {
        mapper.observe(fixture.logits(), fixture.labels());
        mapper.refit();
        Tensor sequence = mapper.state().get("sequence");
        assertEqual(name, sequence, fixture.tensor("mapping_sequence"));
        if (fixture.tensorNames().contains("mapped_base")) {
          assertEqual(
              name + " mapped", mapper.map(fixture.logits()), fixture.tensor("mapped_base"));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.reprise.testkit.MappingFixture#names")
  void sequenceFromRecordedCounts(String name) {
    MappingFixture fixture = MappingFixture.read(name);
    assumeThat(isWhole(fixture) && fixture.dense("freq").isPresent()).isTrue();
    Tensor counts = fixture.dense("freq").orElseThrow();
    assertEqual(
        name,
        Tensor.create(GreedyAssignmentTest.single(counts.to(ScalarType.Long))),
        fixture.tensor("mapping_sequence"));
  }

  @Test
  void sequencesOfMatricesFullOfTies() {
    MappingFixture fixture = MappingFixture.read("mapping_ties");
    int compared = 0;
    for (String input : fixture.tensorNames()) {
      if (!input.startsWith("greedy_in_")) {
        continue;
      }
      Tensor counts = fixture.tensor(input);
      int sources = (int) counts.size(0);
      int targets = (int) counts.size(1);
      if (sources < targets) { // refused here; the reference runs out of source labels
        assertThatThrownBy(
                () ->
                    new FrequentLabelMapperFactory()
                        .create(new NoOptions(), new FakeLabelMapperContext(sources, targets, 0)))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("flm")
            .hasMessageContaining(String.valueOf(targets))
            .hasMessageContaining(String.valueOf(sources));
      } else {
        assertEqual(
            input,
            Tensor.create(GreedyAssignmentTest.single(counts)),
            fixture.tensor(input.replace("greedy_in_", "greedy_sequence_")));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  /** The reference drops the columns of absent classes; here each keeps a source label. */
  @Test
  void absentClassesTakeTheLowestFreeSources() {
    MappingFixture fixture = MappingFixture.read("mapping_edge");
    for (String labels : List.of("y", "y_gap", "y_short")) {
      if (!fixture.tensorNames().contains(labels)) {
        continue;
      }
      try (FrequencyLabelMapper mapper =
          (FrequencyLabelMapper)
              new IterativeLabelMapperFactory().create(new NoOptions(), context(fixture))) {
        mapper.observe(fixture.logits(), fixture.tensor(labels));
        mapper.refit();
        long[][] counts = new long[fixture.sourceLabels()][fixture.targetLabels()];
        var oracle = new OracleJointCounts(fixture.sourceLabels(), fixture.targetLabels());
        oracle.addArgmax(fixture.logits(), fixture.tensor(labels));
        double[] flat = doubles(oracle.counts());
        for (int i = 0; i < flat.length; i++) {
          counts[i / counts[0].length][i % counts[0].length] = (long) flat[i];
        }
        assertEqual(
            labels,
            mapper.state().get("sequence"),
            Tensor.create(GreedyAssignmentTest.scan(counts)));
        assertClose(labels, mapper.matrix().sum(0), torch.ones(fixture.targetLabels()), 0, 0);
      }
    }
  }

  /** False where the reference dropped absent classes, or ran out of source labels. */
  private static boolean isWhole(MappingFixture fixture) {
    return fixture.tensorNames().contains("mapping_sequence")
        && fixture.tensor("mapping_sequence").numel() == fixture.targetLabels();
  }

  private static FakeLabelMapperContext context(MappingFixture fixture) {
    return new FakeLabelMapperContext(fixture.sourceLabels(), fixture.targetLabels(), 0);
  }
}
