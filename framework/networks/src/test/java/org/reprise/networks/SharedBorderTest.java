package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.reprise.api.backbone.NetworkInput.Framed;

class SharedBorderTest {
  private static OperationListNetwork network(OperationList list, boolean plain) {
    return OperationListNetwork.of(
        list, RandomNetworks.weights(1), plain, MemoryFormat.ChannelsLast);
  }

  @Test
  void anyNetworkGivesTheSameLogitsAndGradientsAsPlain() {
    long seed = System.nanoTime();
    System.out.println("anyNetworkGivesTheSameLogitsAndGradientsAsPlain: seed " + seed);
    torch.manual_seed(seed);
    Random random = new Random(seed);
    int compared = 0;
    for (int trial = 0; trial < 80; trial++) {
      OperationList list = RandomNetworks.draw(random);
      int height = 48 + random.nextInt(40);
      int width = 48 + random.nextInt(40);
      Area inside = ExactBorder.inside(random, height, width, 1, 20);
      Area input = Area.of(height, width);
      String what = "trial " + trial + ", " + list + ", " + inside + " in " + input;
      try (PointerScope scope = new PointerScope();
          OperationListNetwork network =
              OperationListNetwork.of(
                  list,
                  RandomNetworks.weights(seed),
                  false,
                  MemoryFormat.ChannelsLast,
                  ConvolutionWays.onProcessor(random.nextBoolean()))) {
        if (SharedBorder.plan(network, input, inside).operations() > 0) {
          ExactBorder.assertExact(network, input, inside, 1 + random.nextInt(4), what);
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(40);
  }

  private static OperationList small() {
    OperationList.Builder list = new OperationList.Builder();
    int x = list.append(new Operation.MaxPool(0, 3, 2, 1));
    list.head(x, "head", 3, 4);
    return list.build();
  }

  private static Tensor doubles(long... shape) {
    return torch.randn(shape, new TensorOptions(ScalarType.Double));
  }

  /** Rounding differs between the two, but by no more than bfloat16 itself is off. */
  @Test
  void underAutocastItComputesInTheReducedType() {
    torch.manual_seed(4);
    OperationList.Builder builder = new OperationList.Builder();
    int x = builder.append(new Operation.ScaleAndShift(0, "scale", "shift", 3));
    int y = builder.append(convolution(x, "a", 3, 8, 3, 2, 1));
    x = builder.append(convolution(y, "b", 8, 8, 3, 1, 8));
    x = builder.append(convolution(x, "c", 8, 8, 1, 1, 1));
    x = builder.append(new Operation.Add(x, y, Activation.RELU));
    builder.head(x, "head", 8, 4);
    OperationList list = builder.build();
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network =
            OperationListNetwork.of(
                list, RandomNetworks.singles(9), false, MemoryFormat.ChannelsLast);
        SharedBorder border = new SharedBorder(network, false)) {
      Tensor program = torch.randn(1, 3, 40, 40).set_requires_grad(true);
      Framed framed = new Framed(program.mul(new Scalar(1.0)), torch.randn(2, 3, 9, 9), 12, 20);
      Tensor reference = network.forward(framed.whole());
      Tensor expected = gradient(program, reference);
      Tensor plain = reduced(() -> network.forward(framed.whole()));
      Tensor logits = reduced(() -> border.run(framed));
      assertThat(logits.scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      assertThat(relative(logits.to(ScalarType.Float), reference))
          .isLessThan(2 * relative(plain.to(ScalarType.Float), reference) + 0.01);
      assertThat(relative(gradient(program, logits), expected))
          .isLessThan(2 * relative(gradient(program, plain), expected) + 0.01);
    }
  }

  private static Tensor reduced(Supplier<Tensor> computation) {
    torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
    torch.set_autocast_enabled(DeviceType.CPU, true);
    try {
      return computation.get();
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, false);
    }
  }

  private static Tensor gradient(Tensor program, Tensor logits) {
    program.mutable_grad().reset();
    logits
        .to(ScalarType.Float)
        .sin()
        .sum()
        .backward(new Tensor(), new BoolOptional(true), false, new TensorArrayRefOptional());
    return program.grad().clone();
  }

  private static double relative(Tensor actual, Tensor expected) {
    return actual.sub(expected).norm().item_double() / expected.norm().item_double();
  }

  private static Operation.Convolution convolution(
      int input, String name, int in, int out, int kernel, int stride, int groups) {
    return new Operation.Convolution(
        input,
        name,
        Optional.of(name + ".norm"),
        in,
        out,
        kernel,
        stride,
        Padding.all(kernel / 2),
        groups,
        Activation.RELU6);
  }

  @Test
  void unfoldedNetworksHaveNoPlan() {
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network = network(small(), true)) {
      Area inside = new Area(new Span(3, 8), new Span(3, 8));
      assertThat(SharedBorder.plan(network, Area.of(30, 30), inside).operations()).isZero();
    }
  }

  @Test
  void aWindowThatDoesNotPayIsRefused() {
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network = network(small(), false);
        SharedBorder border = new SharedBorder(network, false)) {
      assertThatThrownBy(
              () -> border.run(new Framed(doubles(1, 3, 20, 20), doubles(2, 3, 20, 20), 0, 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("do not pay");
    }
  }

  @Test
  void aSecondBackwardPassIsRefused() {
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network = network(small(), false);
        SharedBorder border = new SharedBorder(network, false)) {
      Tensor frame = doubles(1, 3, 20, 20).set_requires_grad(true);
      Tensor sum = border.run(new Framed(frame, doubles(2, 3, 6, 6), 4, 5)).sum();
      sum.backward(new Tensor(), new BoolOptional(true), false, new TensorArrayRefOptional());
      assertThatThrownBy(sum::backward).hasMessageContaining("one backward pass");
    }
  }

  @Test
  void closingFreesEverything() {
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network = network(small(), false)) {
      step(network);
      long before = Pointer.totalCount();
      for (int i = 0; i < 3; i++) {
        step(network);
      }
      assertThat(Pointer.totalCount()).isEqualTo(before);
    }
  }

  private static void step(OperationListNetwork network) {
    try (PointerScope scope = new PointerScope();
        SharedBorder border = new SharedBorder(network, true)) {
      Tensor frame = doubles(1, 3, 20, 20).set_requires_grad(true);
      for (int i = 0; i < 3; i++) {
        border.run(new Framed(frame, doubles(2, 3, 6, 6), 4, 5)).sum().backward();
      }
      border.run(new Framed(frame, doubles(2, 3, 6, 6), 4, 5)); // never run backward
      border.run(new Framed(frame.detach(), doubles(2, 3, 6, 6), 4, 5));
    }
  }
}
