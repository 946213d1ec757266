package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.device.NoGrad;
import org.reprise.testkit.NativeMemory;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.TensorAssertions;

@ExtendWith(NativeScope.class)
class OptimizerTest {
  private static final int STEPS = 60;
  // 60 float32 steps of a size up to 0.1 on values around 1: half an ulp of 1 each, and slack
  private static final double TOLERANCE = 1e-5;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @BeforeEach
  void printSeed() {
    System.out.println("seed " + seed);
  }

  @Test
  void adamFollowsTheAlgorithm() {
    int size = 1 + random.nextInt(20);
    Tensor parameter = parameter(size);
    double[] oracle = TensorAssertions.doubles(parameter);
    double[] first = new double[size];
    double[] second = new double[size];
    try (Adam adam = new Adam(List.of(parameter), 0.01)) {
      for (int step = 1; step <= STEPS; step++) {
        double rate = 0.1 * random.nextDouble();
        float[] gradient = gradient(size);
        step(adam, parameter, gradient, rate);
        for (int i = 0; i < size; i++) {
          first[i] = 0.9 * first[i] + 0.1 * gradient[i];
          second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
          double mean = first[i] / (1 - Math.pow(0.9, step));
          double variance = second[i] / (1 - Math.pow(0.999, step));
          oracle[i] -= rate * mean / (Math.sqrt(variance) + 1e-8);
        }
        assertClose(
            "seed " + seed + ", step " + step, parameter, Tensor.create(oracle), TOLERANCE, 1e-5);
      }
    }
  }

  @Test
  void sgdFollowsTheAlgorithm() {
    int size = 1 + random.nextInt(20);
    double momentum = random.nextBoolean() ? 0 : random.nextDouble() * 0.95;
    Tensor parameter = parameter(size);
    double[] oracle = TensorAssertions.doubles(parameter);
    double[] velocity = new double[size];
    try (Sgd sgd = new Sgd(List.of(parameter), 0.01, momentum)) {
      for (int step = 1; step <= STEPS; step++) {
        double rate = 0.01 * random.nextDouble();
        float[] gradient = gradient(size);
        step(sgd, parameter, gradient, rate);
        for (int i = 0; i < size; i++) {
          velocity[i] = momentum * velocity[i] + gradient[i];
          oracle[i] -= rate * velocity[i];
        }
        assertClose(
            "seed " + seed + ", step " + step, parameter, Tensor.create(oracle), TOLERANCE, 1e-5);
      }
    }
  }

  @Test
  void aRestoredOptimizerGoesOnBitForBit() {
    Tensor one = parameter(7);
    Tensor other = torch.zeros(7).set_requires_grad(true);
    try (Adam whole = new Adam(List.of(one), 0.01);
        Adam resumed = new Adam(List.of(other), 0.01)) {
      for (int i = 0; i < 5; i++) {
        step(whole, one, gradient(7), 0.02);
      }
      try (NoGrad noGrad = new NoGrad()) {
        other.copy_(one);
        resumed.restore(copy(whole.state()));
      }
      for (int i = 0; i < 5; i++) {
        float[] gradient = gradient(7);
        step(whole, one, gradient, 0.02);
        step(resumed, other, gradient, 0.02);
      }
      assertEqual("resumed", other, one);

      Map<String, Tensor> incomplete = copy(whole.state());
      incomplete.remove("0.exp_avg");
      assertThatThrownBy(() -> resumed.restore(incomplete))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("\"0.exp_avg\"");
      Map<String, Tensor> reshaped = copy(whole.state());
      reshaped.put("0.exp_avg_sq", torch.zeros(8));
      assertThatThrownBy(() -> resumed.restore(reshaped))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("\"0.exp_avg_sq\"");
    }
  }

  @Test
  void aParameterWithoutGradientStays() {
    Tensor parameter = parameter(3);
    Tensor before = parameter.detach().clone();
    try (Adam adam = new Adam(List.of(parameter), 0.01);
        Sgd sgd = new Sgd(List.of(parameter), 0.01, 0.9);
        NoGrad noGrad = new NoGrad()) {
      adam.step(1);
      sgd.step(1);
    }
    assertEqual("parameter", parameter, before);
  }

  @Test
  void nativeMemoryIsFlat() {
    NativeMemory.assertFlat(
        "an optimiser's life",
        () -> {
          Tensor parameter = parameter(5);
          try (Adam adam = new Adam(List.of(parameter), 0.01);
              Sgd sgd = new Sgd(List.of(parameter), 0.01, 0.9)) {
            step(adam, parameter, gradient(5), 0.1);
            step(sgd, parameter, gradient(5), 0.1);
          }
        });
  }

  private Tensor parameter(int size) {
    return Tensor.create(gradient(size)).set_requires_grad(true);
  }

  private float[] gradient(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void step(Optimizer optimizer, Tensor parameter, float[] gradient, double rate) {
    if (parameter.grad().defined()) {
      parameter.mutable_grad().zero_();
    }
    // the gradient of a sum weighted by constants is those constants, bit for bit
    parameter.mul(Tensor.create(gradient)).sum().backward();
    try (NoGrad noGrad = new NoGrad()) {
      optimizer.step(rate);
    }
  }

  private static Map<String, Tensor> copy(Map<String, Tensor> state) {
    Map<String, Tensor> copy = new LinkedHashMap<>();
    state.forEach((name, tensor) -> copy.put(name, tensor.clone()));
    return copy;
  }
}
