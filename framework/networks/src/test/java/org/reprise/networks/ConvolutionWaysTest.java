package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions that are computed in another way than libtorch's own, against that one. */
class ConvolutionWaysTest {

  @Test
  void allWaysGoByWhetherCachesAreShownAndAreSaid() {
    ConvolutionWays hidden = ConvolutionWays.onProcessor(false);
    assertThat(hidden).isEqualTo(new ConvolutionWays(true, false, false));
    assertThat(hidden.inWords()).hasValue("1x1 convolutions as matrix products");
    ConvolutionWays shown = ConvolutionWays.onProcessor(true);
    assertThat(shown).isEqualTo(new ConvolutionWays(false, true, FusedConvolution.isAvailable()));
    assertThat(shown.inWords().orElseThrow()).contains("7x7 stem").doesNotContain("products");
    assertThat(ConvolutionWays.on(DeviceType.CUDA).inWords()).isEmpty();
  }

  private static OperationList list(int in, int out, int kernel, int stride, int groups) {
    OperationList.Builder builder = new OperationList.Builder();
    int x =
        builder.append(
            new Operation.Convolution(
                0,
                "c",
                Optional.of("c.norm"),
                in,
                out,
                kernel,
                stride,
                Padding.all(kernel / 2),
                groups,
                Activation.RELU));
    builder.head(x, "head", out, 5);
    return builder.build();
  }

  private record Result(Tensor logits, Tensor gradient) {}

  private static Result run(OperationListNetwork network, Tensor x) {
    Tensor leaf = x.detach().clone().set_requires_grad(true);
    Tensor logits = network.forward(leaf);
    logits.to(ScalarType.Double).sin().sum().backward();
    return new Result(logits.detach().to(ScalarType.Double), leaf.grad().to(ScalarType.Double));
  }

  private static double relative(Tensor actual, Tensor expected) {
    assertThat(expected.norm().item_double()).isPositive();
    return actual.sub(expected).norm().item_double() / expected.norm().item_double();
  }

  /**
   * A stem whose input needs a gradient, where products are not asked for (unshuffled, where both
   * sizes are even) and where they are (direct).
   */
  @ParameterizedTest
  @CsvSource({"32, 32", "224, 30", "33, 32", "14, 47"})
  void theStemOfThreeColoursIsTheSameInBothWays(int height, int width) {
    torch.manual_seed(height + width);
    OperationList list = list(3, 16, 7, 2, 1);
    try (PointerScope scope = new PointerScope();
        OperationListNetwork direct = frozen(list, true);
        OperationListNetwork unshuffled = frozen(list, false)) {
      Tensor x =
          torch.randn(new long[] {2, 3, height, width}, new TensorOptions(ScalarType.Double));
      Operation.Convolution stem = (Operation.Convolution) direct.list().operations().get(0);
      assertThat(way(direct).isColourStem(stem, x, stem.padding())).isFalse();
      assertThat(way(unshuffled).isColourStem(stem, x, stem.padding()))
          .isEqualTo(height % 2 == 0 && width % 2 == 0);
      Result expected = run(direct, x);
      Result actual = run(unshuffled, x);
      assertThat(relative(actual.logits(), expected.logits())).isLessThan(1e-13);
      assertThat(relative(actual.gradient(), expected.gradient())).isLessThan(1e-12);
    }
  }

  private static Convolutions way(OperationListNetwork network) {
    return network.convolutions(network.parameters(), true);
  }

  private static OperationListNetwork frozen(OperationList list, boolean products) {
    return OperationListNetwork.of(
        list,
        RandomNetworks.weights(3),
        false,
        MemoryFormat.ChannelsLast,
        ConvolutionWays.onProcessor(!products));
  }

  /** Nearer to float32 than bfloat16's 8 bits, as only input and result are rounded. */
  @Test
  void aDepthwiseConvolutionOfStrideTwoIsComputedInFullUnderAutocast() {
    torch.manual_seed(5);
    OperationList list = list(24, 24, 3, 2, 24);
    Weights singles = RandomNetworks.singles(9);
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network =
            OperationListNetwork.of(
                list, singles, false, MemoryFormat.ChannelsLast, ConvolutionWays.PLAIN)) {
      Tensor x =
          torch.randn(2, 24, 20, 20).mul(new Scalar(2.0)).contiguous(MemoryFormat.ChannelsLast);
      Result expected = run(network, x);
      Result reduced = underAutocast(network, x);
      assertThat(relative(reduced.logits(), expected.logits())).isLessThan(0.01);
      assertThat(relative(reduced.gradient(), expected.gradient())).isLessThan(0.02);
      assertThat(torch.is_autocast_enabled(DeviceType.CPU)).isFalse();
    }
  }

  private static Result underAutocast(OperationListNetwork network, Tensor x) {
    torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
    torch.set_autocast_enabled(DeviceType.CPU, true);
    try {
      Tensor leaf = x.detach().clone().set_requires_grad(true);
      Operation.Convolution operation = (Operation.Convolution) network.list().operations().get(0);
      assertThat(way(network).isSlowReduced(operation)).isTrue();
      Tensor logits = network.forward(leaf);
      assertThat(logits.scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      assertThat(torch.is_autocast_enabled(DeviceType.CPU)).isTrue();
      logits.to(ScalarType.Double).sin().sum().backward();
      return new Result(logits.detach().to(ScalarType.Double), leaf.grad().to(ScalarType.Double));
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, false);
    }
  }
}
