package org.reprise.updaterules;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;

import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.training.UpdateRule;
import org.reprise.testkit.FakeUpdateRuleContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.TensorAssertions;

/** Random steps against the recursions of torch.optim, written out in double. */
@ExtendWith(NativeScope.class)
final class AlgorithmTest {
  private static final int STEPS = 60;
  // 60 float32 steps of a size up to 0.1 on values around 1: half an ulp of 1 each, and slack
  private static final double TOLERANCE = 1e-5;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final int size = 1 + random.nextInt(20);

  /** One step of one number, after the gradient is known. */
  @FunctionalInterface
  private interface Recursion {
    double next(int index, int step, double value, double gradient, double rate);
  }

  @BeforeEach
  void printSeed() {
    System.out.println("seed " + seed);
  }

  @Test
  void adamByDefault() {
    AdamOptions options = new AdamOptions(0.01, 0.9, 0.999, 1e-8, 0);
    compare(parameters -> new Adam(parameters, options, WeightDecay.IN_GRADIENT), adam(options));
  }

  @Test
  void adamWithEveryOption() {
    AdamOptions options = randomAdam();
    Recursion adam = adam(options);
    compare(
        parameters -> new Adam(parameters, options, WeightDecay.IN_GRADIENT),
        (i, step, value, gradient, rate) ->
            adam.next(i, step, value, gradient + options.weightDecay() * value, rate));
  }

  @Test
  void adamW() {
    AdamOptions options = randomAdam();
    AdamWOptions given =
        new AdamWOptions(
            options.lr(), options.beta1(), options.beta2(), options.eps(), options.weightDecay());
    Recursion adam = adam(options);
    compare(
        parameters -> new AdamWFactory().create(given, new FakeUpdateRuleContext(parameters, seed)),
        (i, step, value, gradient, rate) ->
            adam.next(i, step, value * (1 - rate * options.weightDecay()), gradient, rate));
  }

  @Test
  void sgdByDefault() {
    compareSgd(new SgdOptions(0.01, 0.9, false, 0));
  }

  @Test
  void sgdWithoutMomentum() {
    compareSgd(new SgdOptions(0.01, 0, false, random.nextDouble()));
  }

  @Test
  void sgdWithNesterovAndWeightDecay() {
    compareSgd(new SgdOptions(0.01, 0.2 + 0.7 * random.nextDouble(), true, random.nextDouble()));
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new AdamOptions(Double.NaN, 0.9, 0.999, 1e-8, 0))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new AdamOptions(0.1, 1, 0.999, 1e-8, 0))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new AdamWOptions(0.1, 0.9, 0.999, 1e-8, -1))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new SgdOptions(0.1, 0, true, 0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("momentum above 0");
  }

  private AdamOptions randomAdam() {
    return new AdamOptions(
        0.01,
        0.5 + 0.45 * random.nextDouble(),
        0.9 + 0.099 * random.nextDouble(),
        1e-4 * random.nextDouble(),
        random.nextDouble());
  }

  private Recursion adam(AdamOptions options) {
    double[] first = new double[size];
    double[] second = new double[size];
    return (i, step, value, gradient, rate) -> {
      first[i] = options.beta1() * first[i] + (1 - options.beta1()) * gradient;
      second[i] = options.beta2() * second[i] + (1 - options.beta2()) * gradient * gradient;
      double mean = first[i] / (1 - Math.pow(options.beta1(), step));
      double variance = second[i] / (1 - Math.pow(options.beta2(), step));
      return value - rate * mean / (Math.sqrt(variance) + options.eps());
    };
  }

  private void compareSgd(SgdOptions options) {
    double[] velocity = new double[size];
    compare(
        parameters -> new Sgd(parameters, options),
        (i, step, value, gradient, rate) -> {
          double decayed = gradient + options.weightDecay() * value;
          velocity[i] = options.momentum() * velocity[i] + decayed;
          double direction =
              options.nesterov() ? decayed + options.momentum() * velocity[i] : velocity[i];
          return value - rate * direction;
        });
  }

  private void compare(Function<List<Tensor>, UpdateRule> maker, Recursion recursion) {
    Tensor parameter = Tensor.create(gaussians()).set_requires_grad(true);
    double[] oracle = TensorAssertions.doubles(parameter);
    try (UpdateRule rule = maker.apply(List.of(parameter))) {
      for (int step = 1; step <= STEPS; step++) {
        double rate = 0.1 * random.nextDouble();
        float[] gradient = gaussians();
        parameter.mutable_grad().reset();
        // the gradient of a sum weighted by constants is those constants, bit for bit
        parameter.mul(Tensor.create(gradient)).sum().backward();
        try (NoGradGuard noGradient = new NoGradGuard()) {
          rule.step(
              gradients -> {
                throw new AssertionError("the gradient is there already");
              },
              rate);
        }
        for (int i = 0; i < size; i++) {
          oracle[i] = recursion.next(i, step, oracle[i], gradient[i], rate);
        }
        assertClose(
            "seed " + seed + ", step " + step, parameter, Tensor.create(oracle), TOLERANCE, 1e-5);
      }
    }
  }

  private float[] gaussians() {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
