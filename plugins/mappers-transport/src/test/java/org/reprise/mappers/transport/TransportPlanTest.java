package org.reprise.mappers.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
final class TransportPlanTest {

  /** The plan's sums are those that were asked for, and it is the kernel scaled. */
  @Test
  void carriesEverySourceLabelsShare() {
    long seed = System.nanoTime();
    System.out.println("TransportPlanTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      int sources = 2 + random.nextInt(8);
      int targets = 2 + random.nextInt(5);
      double laplace = random.nextDouble() * 3;
      double epsilon = 0.5 + random.nextDouble();
      double[] counts = new double[sources * targets];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = 0.05 + 4 * random.nextDouble();
      }
      Tensor omega = estimate(counts, sources, targets, epsilon, laplace, 2000);
      double[] plan = doubles(omega); // times KT
      String what = "seed " + seed + " round " + round;
      double all = 0;
      double[] sent = new double[sources];
      for (int s = 0; s < sources; s++) {
        double mass = 0;
        for (int t = 0; t < targets; t++) {
          mass += counts[s * targets + t];
        }
        sent[s] = mass / (mass + laplace);
        all += sent[s];
      }
      assertClose(what, omega.sum(0), torch.ones(targets), 1e-9, 0);
      double[] expected = new double[sources];
      for (int s = 0; s < sources; s++) {
        expected[s] = sent[s] / all * targets;
      }
      assertClose(what, omega.sum(1), Tensor.create(expected), 1e-6, 1e-6);
      // what scaling rows and columns cannot change: the ratio across any two by two cells
      for (int s = 1; s < sources; s++) {
        for (int t = 1; t < targets; t++) {
          double found = cross(plan, targets, s, t);
          double wanted = Math.pow(cross(counts, targets, s, t), 1 / epsilon);
          assertThat(Math.abs(found / wanted - 1)).as(what).isLessThan(1e-6);
        }
      }
    }
  }

  /** However often rows and columns are scaled, no factor runs away, whatever the two totals. */
  @Test
  void scalingForLongStaysWhereItConverged() {
    double[] counts = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    Tensor converged = estimate(counts, 2, 6, 1, 2, 200);
    assertFinite("omega", converged);
    for (int iterations = 590; iterations < 680; iterations += 9) {
      Tensor omega = estimate(counts, 2, 6, 1, 2, iterations);
      assertClose(iterations + " iterations", omega, converged, 1e-12, 0);
    }
  }

  private static double cross(double[] cells, int targets, int s, int t) {
    return cells[0] * cells[s * targets + t] / (cells[t] * cells[s * targets]);
  }

  /** Rows divided by their sum and lambda, then columns by their sum. */
  @Test
  void scalingOnceIsBayesianLabelMapping() {
    Tensor omega = estimate(new double[] {3, 1, 0, 2}, 2, 2, 1, 1, 1);
    double second = 0.2 + 2 / 3.0;
    assertClose(
        "omega",
        omega,
        Tensor.create(new double[] {1, 0.2 / second, 0, 2 / 3.0 / second}, 2, 2),
        1e-12,
        0);
  }

  @Test
  void whatWasNeverSeenHasADefinedAnswer() {
    for (double laplace : new double[] {0, 1}) {
      for (double epsilon : new double[] {0.01, 1, 50}) {
        Tensor omega = estimate(new double[] {4, 0, 1e-10, 0, 0, 0}, 3, 2, epsilon, laplace, 50);
        assertFinite("omega", omega);
        assertClose("columns", omega.sum(0), torch.ones(2), 1e-9, 0);
        assertThat(doubles(omega.select(1, 1))).containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0);
        assertThat(doubles(omega.select(1, 0))[2]).isZero();
      }
    }
    assertThat(doubles(estimate(new double[6], 3, 2, 1, 0, 5))).containsOnly(1 / 3.0);
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    for (double bad : new double[] {0, -1, 0.009, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new TransportOptions(bad, 1, 1))
          .isInstanceOf(InvalidOptionException.class);
    }
    for (double bad : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new TransportOptions(1, bad, 1))
          .isInstanceOf(InvalidOptionException.class);
    }
    assertThatThrownBy(() -> new TransportOptions(1, 1, 0))
        .isInstanceOf(InvalidOptionException.class);
  }

  private static Tensor estimate(
      double[] counts, int sources, int targets, double epsilon, double laplace, int iterations) {
    return TransportPlan.estimate(
        Tensor.create(counts.clone(), sources, targets).to(ScalarType.Double),
        new TransportOptions(epsilon, laplace, iterations));
  }
}
