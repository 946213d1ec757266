package org.reprise.quickstart;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.reprise.networks.Area;
import org.reprise.networks.ExactBorder;
import org.reprise.networks.OperationListNetwork;
import org.reprise.networks.SharedBorder;

/** The quickstart's network with a shared border against itself without, in float64. */
class SharedBorderTest {

  @Test
  void featuresAndGradientsAreThoseOfPlainExecution() {
    long seed = System.nanoTime();
    System.out.println("SharedBorderTest: seed " + seed);
    torch.manual_seed(seed);
    Random random = new Random(seed);
    int side = ShapeNetLayers.INPUT_SIDE;
    Area input = Area.of(side, side);
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network =
            ShapeNetLayers.LIST.freeze(ExactBorder.weights(seed), false)) {
      for (int made = 0; made < 20; ) {
        Area inside = ExactBorder.inside(random, side, side, 1, 24);
        if (SharedBorder.plan(network, input, inside).operations() > 0) {
          ExactBorder.assertExact(network, input, inside, 3, "seed " + seed + ", " + inside);
          made++;
        }
      }
    }
  }
}
