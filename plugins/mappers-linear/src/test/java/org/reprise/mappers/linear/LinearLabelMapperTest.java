package org.reprise.mappers.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.doubles;
import static org.reprise.testkit.TensorAssertions.shape;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.RuleSpec;
import org.reprise.mappers.linear.LinearOptions.Restriction;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
final class LinearLabelMapperTest {
  @Test
  void addsItsBias() {
    try (LinearLabelMapper mapper = create(Restriction.NONE, 3)) {
      Tensor logits = torch.randn(5, 40);
      Tensor bias = mapper.state().get("bias");
      assertThat(doubles(bias)).doesNotContain(0.0);
      assertClose(
          "mapped", mapper.map(logits), logits.matmul(mapper.matrix()).add(bias), 1e-6, 1e-6);
      assertEqual("bias", mapper.bias().orElseThrow(), bias);
      assertThat(mapper.parameters().get(0).tensors()).hasSize(2);
    }
  }

  @Test
  void onlyTheUnrestrictedLayerHasABias() {
    for (Restriction restriction : List.of(Restriction.NO_BIAS, Restriction.SIGMOID)) {
      try (LinearLabelMapper mapper = create(restriction, 3)) {
        assertThat(mapper.state()).containsOnlyKeys("weight");
        assertThat(mapper.bias()).isEmpty();
      }
    }
  }

  @Test
  void sigmoidKeepsTheMatrixBetweenZeroAndOne() {
    try (LinearLabelMapper mapper = create(Restriction.SIGMOID, 3)) {
      assertClose("matrix", mapper.matrix(), mapper.state().get("weight").t().sigmoid(), 0, 0);
      assertThat(DoubleStream.of(doubles(mapper.matrix())).allMatch(w -> w > 0 && w < 1)).isTrue();
    }
  }

  @Test
  void startsUniformWithinTheBoundOfNnLinear() {
    double bound = 1 / Math.sqrt(40);
    try (LinearLabelMapper mapper = create(Restriction.NONE, 3)) {
      assertThat(shape(mapper.state().get("weight"))).containsExactly(6, 40);
      double[] weights = doubles(mapper.state().get("weight"));
      assertThat(DoubleStream.of(weights).allMatch(w -> Math.abs(w) <= bound)).isTrue();
      assertThat(DoubleStream.of(weights).max().orElseThrow()).isGreaterThan(0.9 * bound);
      assertThat(DoubleStream.of(weights).min().orElseThrow()).isLessThan(-0.9 * bound);
    }
  }

  @Test
  void dependsOnTheSeed() {
    try (LinearLabelMapper first = create(Restriction.NONE, 3);
        LinearLabelMapper second = create(Restriction.NONE, 4)) {
      assertThat(doubles(first.matrix())).isNotEqualTo(doubles(second.matrix()));
    }
  }

  @Test
  void bringsItsOwnAdamAndWantsNoEvidence() {
    try (LinearLabelMapper mapper = create(Restriction.NONE, 3)) {
      ParameterGroup group = mapper.parameters().get(0);
      assertThat(group.rule()).contains(new RuleSpec("adam", Map.of("lr", 0.1)));
      assertThat(group.schedule()).isEqualTo(ParameterGroup.Schedule.FOLLOW);
      assertThat(mapper).isNotInstanceOf(EvidenceBased.class);
    }
  }

  private static LinearLabelMapper create(Restriction restriction, long seed) {
    return (LinearLabelMapper)
        new LinearFactory()
            .create(new LinearOptions(restriction), new FakeLabelMapperContext(40, 6, seed));
  }
}
