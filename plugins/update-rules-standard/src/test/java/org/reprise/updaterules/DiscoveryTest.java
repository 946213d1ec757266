package org.reprise.updaterules;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreListed() {
    Discovery.assertListed(AdamFactory.class, AdamWFactory.class, SgdFactory.class);
  }
}
