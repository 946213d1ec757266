package org.reprise.updaterules.prompts;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(NormalizedGradientFactory.class);
  }
}
