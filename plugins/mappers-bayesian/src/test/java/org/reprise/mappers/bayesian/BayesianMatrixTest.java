package org.reprise.mappers.bayesian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;

import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.TensorAssertions;

@ExtendWith(NativeScope.class)
final class BayesianMatrixTest {
  @Test
  void dividesRowsThenColumns() {
    // rows: 3/4 1/4, then 0 2/3; columns: sums 3/4 and 11/12
    assertClose(
        "matrix",
        estimate(Tensor.create(new long[] {3, 1, 0, 2}, 2, 2), 0),
        Tensor.create(new double[] {1, 0.2, 0, 0.8}, 2, 2),
        1e-7,
        0);
    assertClose(
        "smoothed",
        estimate(Tensor.create(new long[] {3, 1, 0, 2}, 2, 2), 1),
        Tensor.create(
            new double[] {1, 0.2 / (0.2 + 2 / 3.0), 0, (2 / 3.0) / (0.2 + 2 / 3.0)}, 2, 2),
        1e-7,
        0);
  }

  @Test
  void anEmptyRowWithoutSmoothingIsZero() {
    assertClose(
        "matrix",
        estimate(Tensor.create(new long[] {0, 0, 1, 1}, 2, 2), 0),
        Tensor.create(new double[] {0, 0, 1, 1}, 2, 2),
        0,
        0);
  }

  @Test
  void anEmptyColumnIsUniform() {
    for (double laplace : new double[] {0, 1, 1e300}) {
      assertClose(
          "matrix",
          estimate(Tensor.create(new long[] {1, 0, 0, 0, 0, 0, 0, 0}, 4, 2), laplace),
          Tensor.create(new double[] {1, 0.25, 0, 0.25, 0, 0.25, 0, 0.25}, 4, 2),
          0,
          0);
    }
  }

  @Test
  void nothingCountedIsUniform() {
    assertClose(
        "matrix",
        estimate(torch.zeros(4, 3), 0),
        torch.ones(4, 3).div_(torch.full(new long[] {1}, new Scalar(4.0))),
        0,
        0);
  }

  @Test
  void equalsTheNaiveRuleOnRandomCounts() {
    long seed = System.nanoTime();
    System.out.println("BayesianMatrixTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int sources = 1 + random.nextInt(30);
      int targets = 1 + random.nextInt(12);
      double density = random.nextDouble();
      double laplace = round % 4 == 0 ? 0 : random.nextDouble() * 10;
      boolean predictions = round % 2 == 0;
      double[] counts = new double[sources * targets];
      for (int i = 0; i < counts.length; i++) {
        counts[i] =
            random.nextDouble() > density
                ? 0
                : predictions ? random.nextInt(50) : random.nextDouble() * 50;
      }
      Tensor joint = Tensor.create(counts, sources, targets);
      Tensor matrix = estimate(predictions ? joint.to(ScalarType.Long) : joint, laplace);
      assertClose(
          "seed " + seed + " round " + round, matrix, NaiveRule.matrix(joint, laplace), 1e-7, 1e-6);
      for (double sum : TensorAssertions.doubles(matrix.sum(0))) {
        assertThat(Math.abs(sum - 1)).isLessThan(1e-5);
      }
    }
  }

  private static Tensor estimate(Tensor counts, double laplace) {
    Tensor omega = BayesianMatrix.estimate(counts.to(ScalarType.Double).clone(), laplace);
    assertThat(omega.scalar_type().intern()).isEqualTo(ScalarType.Double);
    return omega.to(ScalarType.Float);
  }
}
