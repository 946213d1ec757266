package org.reprise.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class OperationListNetworkTest {

  @Test
  void folded1x1ConvolutionsAsProductsAndPlainOnesAgree() {
    long seed = System.nanoTime();
    System.out.println("folded1x1ConvolutionsAsProductsAndPlainOnesAgree: seed " + seed);
    torch.manual_seed(seed);
    Random random = new Random(seed);
    for (int trial = 0; trial < 20; trial++) {
      OperationList list = RandomNetworks.draw(random);
      try (PointerScope scope = new PointerScope()) {
        Tensor x = torch.randn(new long[] {2, 3, 50, 61}, new TensorOptions(ScalarType.Double));
        Tensor plain = run(list, true, MemoryFormat.Contiguous, false, seed, x);
        double scale = plain.abs().max().item_double();
        for (boolean products : new boolean[] {false, true}) {
          Tensor frozen = run(list, false, MemoryFormat.ChannelsLast, products, seed, x);
          assertThat(frozen.sub(plain).abs().max().item_double() / scale)
              .as("trial " + trial + ", " + list)
              .isLessThan(1e-10);
        }
      }
    }
  }

  private static Tensor run(
      OperationList list,
      boolean plain,
      MemoryFormat format,
      boolean products,
      long seed,
      Tensor x) {
    try (OperationListNetwork network =
        OperationListNetwork.of(
            list,
            RandomNetworks.weights(seed),
            plain,
            format,
            ConvolutionWays.onProcessor(!products))) {
      return network.forward(x);
    }
  }
}
