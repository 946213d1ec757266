package org.reprise.prompts.masks;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void theFactoryIsInTheIndex() {
    Discovery.assertListed(SmmFactory.class);
  }
}
