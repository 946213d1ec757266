package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reprise.api.backbone.NetworkInput.Framed;
import org.reprise.networks.Operation.Add;
import org.reprise.networks.Operation.Convolution;

/** Convolutions with what follows them in one call, against libtorch's own one after the other. */
class FusedConvolutionTest {
  private static final ConvolutionWays FUSED = new ConvolutionWays(false, false, true);
  private static final ConvolutionWays FUSED_BUT_PRODUCTS = new ConvolutionWays(true, false, true);

  @BeforeEach
  void libtorchHasIt() {
    assumeThat(FusedConvolution.isAvailable()).as("libtorch was built with oneDNN").isTrue();
  }

  private static OperationListNetwork network(
      OperationList list, Weights weights, ConvolutionWays ways) {
    return OperationListNetwork.of(list, weights, false, MemoryFormat.ChannelsLast, ways);
  }

  private static double distance(Tensor actual, Tensor exact) {
    double norm = exact.norm().item_double();
    double difference = actual.to(ScalarType.Double).sub(exact).norm().item_double();
    return norm == 0 ? difference : difference / norm;
  }

  /** Logits and one value on the way round no more than they do by libtorch's own way. */
  @Test
  void anyNetworkGivesTheSameValuesUpToRounding() {
    long seed = System.nanoTime();
    System.out.println("anyNetworkGivesTheSameValuesUpToRounding: seed " + seed);
    torch.manual_seed(seed);
    Random random = new Random(seed);
    int joined = 0;
    for (int trial = 0; trial < 30; trial++) {
      OperationList list = RandomNetworks.draw(random);
      long[] shape = {1 + random.nextInt(2), 3, 48 + random.nextInt(40), 48 + random.nextInt(40)};
      try (PointerScope scope = new PointerScope();
          NoGradGuard noGrad = new NoGradGuard();
          OperationListNetwork exact =
              network(list, RandomNetworks.weights(seed), ConvolutionWays.PLAIN);
          OperationListNetwork plain =
              network(list, RandomNetworks.singles(seed), ConvolutionWays.PLAIN);
          OperationListNetwork fused =
              network(
                  list,
                  RandomNetworks.singles(seed),
                  random.nextBoolean() ? FUSED : FUSED_BUT_PRODUCTS)) {
        Tensor x = torch.randn(shape);
        Tensor before = x.clone();
        joined += joined(fused);
        int last = list.operations().size();
        for (int value : new int[] {1 + random.nextInt(last), last}) {
          Tensor expected = exact.upTo(value).forward(x.to(ScalarType.Double));
          Tensor ours = fused.upTo(value).forward(x);
          String what =
              "seed " + seed + ", trial " + trial + ", value " + value + " of " + list + ", ways";
          assertThat(ours.shape()).as(what).isEqualTo(expected.shape());
          assertThat(distance(ours, expected))
              .as(what)
              .isLessThan(3 * distance(plain.upTo(value).forward(x), expected) + 1e-6);
        }
        assertThat(x.equal(before)).isTrue();
      }
    }
    assertThat(joined).isPositive();
  }

  private static int joined(OperationListNetwork network) {
    Convolutions convolutions = network.convolutions(network.parameters(), false);
    JoinedSums sums =
        JoinedSums.of(
            network.list(),
            (convolution, made, sum, result) -> convolutions.addsAtOnce(convolution, sum));
    int joined = 0;
    for (int i = 0; i < network.list().operations().size(); i++) {
      joined += sums.at(i).isPresent() ? 1 : 0;
    }
    return joined;
  }

  private static Convolution convolution(int input, String name, int in, Activation activation) {
    return new Convolution(
        input, name, Optional.of(name + ".n"), in, 8, 3, 1, Padding.all(1), 1, activation);
  }

  /** The first map is read by two sums and by a third convolution; the input by the caller. */
  @Test
  void aMapThatIsAddedIsNotOverwrittenWhereOthersReadIt() {
    OperationList list =
        new OperationList(
            List.of(
                convolution(0, "a", 3, Activation.RELU),
                convolution(1, "b", 8, Activation.NONE),
                new Add(2, 1, Activation.RELU),
                convolution(3, "c", 8, Activation.NONE),
                new Add(1, 4, Activation.NONE),
                convolution(1, "d", 8, Activation.NONE),
                new Add(6, 5, Activation.RELU6)));
    torch.manual_seed(8);
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard();
        OperationListNetwork exact =
            network(list, RandomNetworks.weights(5), ConvolutionWays.PLAIN);
        OperationListNetwork fused = network(list, RandomNetworks.singles(5), FUSED)) {
      assertThat(joined(fused)).isEqualTo(2); // no call adds and bounds
      Tensor x = torch.randn(2, 3, 20, 18);
      Tensor before = x.clone();
      Tensor expected = exact.forward(x.to(ScalarType.Double));
      assertThat(expected.norm().item_double()).isPositive();
      assertThat(distance(fused.forward(x), expected)).isLessThan(1e-6);
      assertThat(x.equal(before)).isTrue();
    }
  }

  @Test
  void aSumWaitsForTheLaterOfTwoConvolutions() {
    OperationList list =
        new OperationList(
            List.of(
                convolution(0, "a", 3, Activation.NONE),
                convolution(0, "b", 3, Activation.NONE),
                new Add(1, 2, Activation.RELU)));
    JoinedSums sums = JoinedSums.of(list, (convolution, made, sum, result) -> true);
    assertThat(sums.isJoined(0)).isFalse();
    assertThat(sums.isJoined(1)).isTrue();
    assertThat(sums.at(2).orElseThrow().other()).isEqualTo(1);
    assertThat(sums.doneAfter(1)).isEmpty(); // the input is read when the sum is computed
    assertThat(sums.doneAfter(2)).containsExactly(0, 1, 2);
  }

  /** Autograd would not know the call; a pass with gradients must not use it. */
  @Test
  void itIsUsedWhereNoGradientIsAskedForOnly() {
    OperationList list = new OperationList(List.of(convolution(0, "a", 3, Activation.NONE)));
    torch.manual_seed(9);
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network = network(list, RandomNetworks.singles(5), FUSED);
        OperationListNetwork doubles = network(list, RandomNetworks.weights(5), FUSED)) {
      Tensor x = torch.randn(1, 3, 9, 9).set_requires_grad(true);
      network.forward(x).sum().backward();
      assertThat(x.grad().norm().item_double()).isPositive();
      Convolution first = (Convolution) network.list().operations().get(0);
      Add sum = new Add(1, 1, Activation.RELU);
      assertThat(network.convolutions(network.parameters(), true).addsAtOnce(first, sum)).isFalse();
      assertThat(network.convolutions(network.parameters(), false).addsAtOnce(first, sum)).isTrue();
      assertThat(doubles.convolutions(doubles.parameters(), false).addsAtOnce(first, sum))
          .isFalse();
    }
  }

  /** A pass with a fixed frame, whose windows are computed so too. */
  @Test
  void windowsRoundNoMoreThanPlainExecution() {
    long seed = System.nanoTime();
    System.out.println("windowsRoundNoMoreThanPlainExecution: seed " + seed);
    torch.manual_seed(seed);
    Random random = new Random(seed);
    int compared = 0;
    for (int trial = 0; trial < 20; trial++) {
      OperationList list = RandomNetworks.draw(random);
      Area input = Area.of(64 + random.nextInt(24), 64 + random.nextInt(24));
      Area inside =
          ExactBorder.inside(random, input.rows().length(), input.columns().length(), 1, 20);
      String what = "seed " + seed + ", trial " + trial + ", " + list + ", " + inside;
      try (PointerScope scope = new PointerScope();
          NoGradGuard noGrad = new NoGradGuard();
          OperationListNetwork exact =
              network(list, RandomNetworks.weights(seed), ConvolutionWays.PLAIN);
          OperationListNetwork plain =
              network(list, RandomNetworks.singles(seed), ConvolutionWays.PLAIN);
          OperationListNetwork fused = network(list, RandomNetworks.singles(seed), FUSED);
          SharedBorder border = new SharedBorder(fused, true)) {
        Tensor frame = torch.randn(1, 3, input.rows().length(), input.columns().length());
        for (int batch = 0; batch < 2; batch++) {
          Tensor window = torch.randn(2, 3, inside.rows().length(), inside.columns().length());
          Framed framed = new Framed(frame, window, inside.rows().from(), inside.columns().from());
          if (border.pays(framed)) {
            Tensor expected = exact.forward(framed.whole().to(ScalarType.Double));
            assertThat(distance(border.run(framed), expected))
                .as(what)
                .isLessThan(3 * distance(plain.forward(framed.whole()), expected) + 1e-6);
            compared++;
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(10);
  }

  @Test
  void aThousandPassesKeepNothing() {
    OperationList list =
        new OperationList(
            List.of(
                convolution(0, "a", 3, Activation.RELU6),
                convolution(1, "b", 8, Activation.NONE),
                new Add(2, 1, Activation.RELU)));
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard();
        OperationListNetwork network = network(list, RandomNetworks.singles(5), FUSED)) {
      Tensor x = torch.randn(new long[] {2, 3, 40, 40}, new TensorOptions(ScalarType.Float));
      pass(network, x);
      long objects = Pointer.totalCount();
      long bytes = Pointer.physicalBytes();
      for (int i = 0; i < 1000; i++) {
        pass(network, x);
      }
      assertThat(Pointer.totalCount()).isEqualTo(objects);
      // one map a pass would be 100 MB
      assertThat(Pointer.physicalBytes() - bytes).isLessThan(50_000_000);
    }
  }

  private static void pass(OperationListNetwork network, Tensor x) {
    try (PointerScope scope = new PointerScope()) {
      network.forward(x);
    }
  }
}
