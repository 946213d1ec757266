package org.reprise.backbones.torchvision;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.api.backbone.NetworkInput.Framed;
import org.reprise.networks.OperationList;
import org.reprise.networks.OperationListNetwork;
import org.reprise.networks.SharedBorder;

/** A shared border in float32. */
class BorderRoundingTest {
  private record Step(Tensor logits, Tensor gradient) {}

  /** A step in a dtype, from the same float32 numbers. */
  private static Step step(
      OperationListNetwork network,
      ScalarType type,
      Tensor program,
      Tensor images,
      boolean shared) {
    Tensor leaf = program.to(type).detach().clone().set_requires_grad(true);
    try (SharedBorder border = new SharedBorder(network, false)) {
      Framed framed = new Framed(torch.sigmoid(leaf), images.to(type), 24, 20);
      Tensor logits = shared ? border.run(framed) : network.forward(framed.whole());
      logits.sin().sum().backward();
      return new Step(
          logits.detach().to(ScalarType.Double), leaf.grad().to(ScalarType.Double).clone());
    }
  }

  private static double distance(Tensor actual, Tensor expected) {
    return actual.sub(expected).norm().item_double() / expected.norm().item_double();
  }

  /**
   * Rounding as in plain execution. A rectifier's input near zero may round to the other side and
   * moves the gradient by up to 1e-2, in both executions.
   */
  @ParameterizedTest
  @MethodSource("org.reprise.backbones.torchvision.SharedBorderTest#small")
  void inFloat32ItRoundsNoMoreThanPlainExecutionAndAlwaysAlike(Architecture architecture) {
    torch.manual_seed(11);
    int threads = torch.get_num_threads();
    try (PointerScope scope = new PointerScope();
        OperationListNetwork doubles = SharedBorderTest.network(architecture);
        OperationListNetwork singles =
            ((OperationList) architecture.blueprint().apply(10))
                .freeze(new HashedWeights(), false)) {
      for (int batch = 0; batch < 3; batch++) {
        Tensor program = torch.randn(1, 3, 64, 64);
        Tensor images = torch.randn(3, 3, 12, 14);
        Step exact = step(doubles, ScalarType.Double, program, images, false);
        Step plain = step(singles, ScalarType.Float, program, images, false);
        Step shared = step(singles, ScalarType.Float, program, images, true);
        assertThat(distance(shared.logits(), exact.logits()))
            .isLessThan(3 * distance(plain.logits(), exact.logits()) + 1e-7);
        assertThat(distance(shared.gradient(), exact.gradient())).isLessThan(2e-2);

        torch.set_num_threads(threads == 1 ? 2 : 1);
        Step again = step(singles, ScalarType.Float, program, images, true);
        torch.set_num_threads(threads);
        assertThat(again.logits().equal(shared.logits())).isTrue();
        assertThat(again.gradient().equal(shared.gradient())).isTrue();
      }
    } finally {
      torch.set_num_threads(threads);
    }
  }
}
