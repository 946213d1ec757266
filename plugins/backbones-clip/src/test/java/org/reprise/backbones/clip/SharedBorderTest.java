package org.reprise.backbones.clip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;
import org.reprise.networks.Area;
import org.reprise.networks.ExactBorder;
import org.reprise.networks.OperationListNetwork;
import org.reprise.networks.SharedBorder;

/** The tower of RN50 with a shared border up to its pooling against itself without, in float64. */
final class SharedBorderTest {

  @Test
  void featuresAndGradientsAreThoseOfPlainExecution() {
    long seed = System.nanoTime();
    System.out.println("SharedBorderTest: seed " + seed);
    torch.manual_seed(seed);
    Random random = new Random(seed);
    ClipSizes.Vision sizes = new ClipSizes.Vision(false, 96, 0, 16, 8, List.of(2, 2, 2, 1));
    Area input = Area.of(96, 96);
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network =
            OperationListNetwork.of(
                ResidualTower.list(sizes, 24),
                ExactBorder.weights(seed),
                false,
                MemoryFormat.ChannelsLast)) {
      for (int i = 0; i < 20; i++) {
        Area inside = ExactBorder.inside(random, 96, 96, 1, 28);
        assertThat(SharedBorder.plan(network, input, inside).operations()).isPositive();
        ExactBorder.assertExact(
            network, input, inside, 1 + random.nextInt(3), "seed " + seed + ", " + inside);
      }
    }
  }
}
