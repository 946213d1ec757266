package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Compares a shared border with plain execution in float64. */
public final class ExactBorder {
  private static final double LOGITS = 1e-12;
  private static final double GRADIENT = 1e-10;

  private ExactBorder() {}

  /**
   * Returns weights of any network, from libtorch's generator, in float64, none of them zero.
   *
   * @return weights on the CPU
   */
  public static Weights weights() {
    return RandomNetworks.weights();
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
      Tensor[] plain = pass(program, images, input, inside, network, null);
      Tensor[] shared = pass(program, images, input, inside, network, border);
      assertThat(largest(plain[0])).as(what).isPositive().isFinite();
      assertThat(largest(shared[0].sub(plain[0])) / largest(plain[0]))
          .as(what + ", logits")
          .isLessThan(LOGITS);
      assertThat(distance(shared[1], plain[1])).as(what + ", program").isLessThan(GRADIENT);
      assertThat(distance(shared[2], plain[2])).as(what + ", images").isLessThan(GRADIENT);

      // images without gradients: the first convolution's gradient is computed for the sum
      Tensor constant = images.detach();
      Tensor[] fixed = pass(program, constant, input, inside, network, border);
      assertThat(distance(fixed[1], plain[1])).as(what + ", program alone").isLessThan(GRADIENT);
      try (SharedBorder kept = new SharedBorder(network, true)) {
        for (int batch = 0; batch < 2; batch++) {
          Tensor logits = run(kept, framed(program).detach(), scaled(constant), inside);
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

  // a prompt in front of the frame and a mapping behind the logits, as in a training step
  private static Tensor framed(Tensor program) {
    return torch.sigmoid(program).sub(new Scalar(0.5)).mul(new Scalar(3.0));
  }

  private static Tensor scaled(Tensor images) {
    return images.mul(new Scalar(1.5));
  }

  private static Tensor[] pass(
      Tensor program,
      Tensor images,
      Area input,
      Area inside,
      OperationListNetwork network,
      SharedBorder border) {
    program.mutable_grad().reset();
    images.mutable_grad().reset();
    Tensor frame = framed(program);
    Tensor window = scaled(images);
    Tensor logits =
        border == null
            ? network.forward(whole(frame, window, input, inside))
            : run(border, frame, window, inside);
    Tensor weights = torch.linspace(new Scalar(-1.0), new Scalar(2.0), logits.size(1));
    logits.mul(weights.to(ScalarType.Double)).sin().sum().backward();
    Tensor ofImages = images.requires_grad() ? images.grad().clone() : new Tensor();
    return new Tensor[] {logits.detach().clone(), program.grad().clone(), ofImages};
  }

  private static Tensor run(SharedBorder border, Tensor frame, Tensor window, Area inside) {
    return border.run(frame, window, inside.rows().from(), inside.columns().from());
  }

  /**
   * Puts windows into frames.
   *
   * @param frame {@code [1,3,H,W]}
   * @param window {@code [N,3,h,w]}
   * @param input area of the frame
   * @param inside where the window lies
   * @return {@code [N,3,H,W]}
   */
  public static Tensor whole(Tensor frame, Tensor window, Area input, Area inside) {
    Tensor frames = frame.expand(window.size(0), 3, frame.size(2), frame.size(3));
    Span columns = inside.columns();
    Tensor left = part(frames, inside.rows(), new Span(0, columns.from()));
    Tensor right = part(frames, inside.rows(), new Span(columns.to(), input.columns().to()));
    Tensor middle = torch.cat(new TensorVector(left, window, right), 3);
    Tensor above = part(frames, new Span(0, inside.rows().from()), input.columns());
    Tensor below = part(frames, new Span(inside.rows().to(), input.rows().to()), input.columns());
    return torch.cat(new TensorVector(above, middle, below), 2);
  }

  private static Tensor part(Tensor frames, Span rows, Span columns) {
    return frames
        .narrow(2, rows.from(), rows.length())
        .narrow(3, columns.from(), columns.length());
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
