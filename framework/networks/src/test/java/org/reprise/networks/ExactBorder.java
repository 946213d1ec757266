package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.backbone.NetworkInput.Framed;

/** Compares a shared border with plain execution in float64. */
public final class ExactBorder {
  private static final double LOGITS = 1e-12;
  private static final double GRADIENT = 1e-10;

  private ExactBorder() {}

  /**
   * Returns weights of any network in float64, none of them zero.
   *
   * @param seed of the weights
   * @return weights on the CPU
   */
  public static Weights weights(long seed) {
    return RandomNetworks.weights(seed);
  }

  /**
   * Draws a window, often at the edge of the frame.
   *
   * @param random decides
   * @param height of the frame
   * @param width of the frame
   * @param least rows and columns
   * @param most rows and columns
   * @return the window
   */
  public static Area inside(RandomGenerator random, int height, int width, int least, int most) {
    return new Area(span(random, height, least, most), span(random, width, least, most));
  }

  private static Span span(RandomGenerator random, int size, int least, int most) {
    int length = least + random.nextInt(most - least + 1);
    int from = Math.max(0, Math.min(size - length, random.nextInt(size + 8) - 4));
    return new Span(from, from + length);
  }

  /**
   * Runs a network in both ways on fresh input, forward and backward.
   *
   * @param network in float64
   * @param input size of the frame
   * @param inside the window
   * @param samples batch size
   * @param what for messages
   */
  public static void assertExact(
      OperationListNetwork network, Area input, Area inside, int samples, String what) {
    try (PointerScope scope = new PointerScope();
        SharedBorder border = new SharedBorder(network, false)) {
      Tensor program = doubles(1, 3, input).set_requires_grad(true);
      Tensor images = doubles(samples, 3, inside).set_requires_grad(true);
      Tensor[] plain = pass(program, images, inside, network, null);
      Tensor[] shared = pass(program, images, inside, network, border);
      assertThat(largest(plain[0])).as(what).isPositive().isFinite();
      assertThat(largest(shared[0].sub(plain[0])) / largest(plain[0]))
          .as(what + ", logits")
          .isLessThan(LOGITS);
      assertThat(distance(shared[1], plain[1])).as(what + ", program").isLessThan(GRADIENT);
      assertThat(distance(shared[2], plain[2])).as(what + ", images").isLessThan(GRADIENT);

      // images without gradients: the first convolution's gradient is computed for the sum
      Tensor constant = images.detach();
      Tensor[] fixed = pass(program, constant, inside, network, border);
      assertThat(distance(fixed[1], plain[1])).as(what + ", program alone").isLessThan(GRADIENT);
      try (SharedBorder kept = new SharedBorder(network, true)) {
        for (int batch = 0; batch < 2; batch++) {
          Tensor logits = kept.run(framed(program.detach(), constant, inside));
          assertThat(largest(logits.sub(plain[0])) / largest(plain[0]))
              .as(what + ", kept frame, batch " + batch)
              .isLessThan(LOGITS);
        }
      }
    }
  }

  private static Tensor doubles(long samples, long channels, Area area) {
    long[] shape = {samples, channels, area.rows().length(), area.columns().length()};
    return torch.randn(shape, new TensorOptions(ScalarType.Double));
  }

  // a prompt in front of the network and a loss behind it, as in a training step
  private static Framed framed(Tensor program, Tensor images, Area inside) {
    return new Framed(
        torch.sigmoid(program).sub(new Scalar(0.5)).mul(new Scalar(3.0)),
        images.mul(new Scalar(1.5)),
        inside.rows().from(),
        inside.columns().from());
  }

  private static Tensor[] pass(
      Tensor program,
      Tensor images,
      Area inside,
      OperationListNetwork network,
      SharedBorder border) {
    program.mutable_grad().reset();
    images.mutable_grad().reset();
    Framed framed = framed(program, images, inside);
    Tensor logits = border == null ? network.forward(framed.whole()) : border.run(framed);
    Tensor weights = torch.linspace(new Scalar(-1.0), new Scalar(2.0), logits.size(1));
    logits.mul(weights.to(ScalarType.Double)).sin().sum().backward();
    Tensor ofImages = images.requires_grad() ? images.grad().clone() : new Tensor();
    return new Tensor[] {logits.detach().clone(), program.grad().clone(), ofImages};
  }

  private static double largest(Tensor x) {
    return x.abs().max().item_double();
  }

  private static double distance(Tensor actual, Tensor expected) {
    // activations may stop the whole gradient: then both are zero
    double norm = expected.norm().item_double();
    double difference = actual.sub(expected).norm().item_double();
    return norm == 0 ? difference : difference / norm;
  }
}
