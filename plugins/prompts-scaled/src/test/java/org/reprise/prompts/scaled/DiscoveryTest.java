package org.reprise.prompts.scaled;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void theFactoryIsInTheIndex() {
    Discovery.assertListed(ScaledFactory.class);
  }
}
