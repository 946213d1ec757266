package org.reprise.prompts;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(NoneFactory.class, PaddingFactory.class, WatermarkFactory.class);
  }
}
