package org.reprise.prompts.additive;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(
        FrameFactory.class, LowRankFactory.class, PatchFactory.class, ShrunkFrameFactory.class);
  }
}
