package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.engine.device.NoGrad;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
class LossScaleTest {
  private static final Device CPU = new Device("cpu");

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void keepsGradientsThatVanishInFloat16() {
    System.out.println("seed " + seed);
    float[] factors = new float[50];
    for (int i = 0; i < factors.length; i++) {
      // the smallest number above 0 of float16 is 6e-8
      factors[i] = (float) ((1 + random.nextDouble()) * 1e-9 * (random.nextBoolean() ? 1 : -1));
    }
    Tensor without = torch.zeros(factors.length).set_requires_grad(true);
    loss(without, factors).backward();
    Tensor with = torch.zeros(factors.length).set_requires_grad(true);
    LossScale scale = new LossScale(ScalarType.Half, CPU);
    scale.scaled(loss(with, factors)).backward();

    assertEqual("without scaling", without.grad(), torch.zeros(factors.length));
    assertThat(scale.unscaleAndAsk(List.of(with))).isTrue();
    // 6.5e-5 and more is left, at float16's 11 bits
    assertClose("seed " + seed, with.grad(), Tensor.create(factors), 0, 1e-3);
  }

  /** The gradient goes through float16, as it does behind an autocast network. */
  private static Tensor loss(Tensor parameter, float[] factors) {
    return parameter.to(ScalarType.Half).to(ScalarType.Float).mul(Tensor.create(factors)).sum();
  }

  @Test
  void doublesAfter2000StepsAndHalvesAtEachThatIsNotFinite() {
    LossScale scale = new LossScale(ScalarType.Half, CPU);
    Tensor parameter = torch.ones(3).set_requires_grad(true);
    take(scale, parameter, 1999);
    assertThat(current(scale)).isEqualTo(65_536);
    take(scale, parameter, 1);
    assertThat(current(scale)).isEqualTo(131_072);
    take(scale, parameter, 1500);
    assertThat(scale.unscaleAndAsk(List.of(gradient(parameter, Float.NaN)))).isFalse();
    assertThat(current(scale)).isEqualTo(65_536);
    take(scale, parameter, 1999);
    assertThat(current(scale)).isEqualTo(65_536);
    take(scale, parameter, 1);
    assertThat(current(scale)).isEqualTo(131_072);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void endsWhereNoScaleHelps(float value) {
    LossScale scale = new LossScale(ScalarType.Half, CPU);
    Tensor good = gradient(torch.ones(3).set_requires_grad(true), 1);
    Tensor bad = torch.ones(2).set_requires_grad(true);
    for (double expected = 32_768; expected >= 1; expected /= 2) {
      assertThat(scale.unscaleAndAsk(List.of(good, gradient(bad, value)))).isFalse();
      assertThat(current(scale)).isEqualTo(expected);
    }
    assertThatThrownBy(() -> scale.unscaleAndAsk(List.of(good, gradient(bad, value))))
        .isInstanceOf(NonFiniteLogitsException.class)
        .hasMessageContaining("gradients are not finite");
  }

  @Test
  void aRestoredScaleGoesOn() {
    LossScale scale = new LossScale(ScalarType.Half, CPU);
    Tensor parameter = torch.ones(3).set_requires_grad(true);
    scale.unscaleAndAsk(List.of(gradient(parameter, Float.NaN)));
    take(scale, parameter, 1500);
    LossScale restored = new LossScale(ScalarType.Half, CPU);
    restored.restore(scale.state());
    take(restored, parameter, 499);
    assertThat(current(restored)).isEqualTo(32_768);
    take(restored, parameter, 1);
    assertThat(current(restored)).isEqualTo(65_536);

    restored.restore(Map.of()); // of a run in float32
    assertThat(current(restored)).isEqualTo(65_536);
    assertThatThrownBy(() -> restored.restore(Map.of("scale", Tensor.create(new double[] {2}))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"steps\"");
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Float", "BFloat16"})
  void doesNothingInOtherDtypes(ScalarType type) {
    LossScale scale = new LossScale(type, CPU);
    Tensor loss = torch.ones(1);
    assertThat(scale.scaled(loss)).isSameAs(loss);
    Tensor parameter = gradient(torch.ones(3).set_requires_grad(true), Float.NaN);
    assertThat(scale.unscaleAndAsk(List.of(parameter))).isTrue();
    assertThat(scale.state()).isEmpty();
  }

  private static void take(LossScale scale, Tensor parameter, int steps) {
    for (int i = 0; i < steps; i++) {
      assertThat(scale.unscaleAndAsk(List.of(gradient(parameter, 1)))).isTrue();
    }
  }

  private static Tensor gradient(Tensor parameter, float value) {
    try (NoGrad noGrad = new NoGrad()) {
      parameter.mutable_grad().put(torch.ones_like(parameter).mul(new Scalar(value)));
    }
    return parameter;
  }

  private static double current(LossScale scale) {
    return scale.state().get("scale").item_double();
  }
}
