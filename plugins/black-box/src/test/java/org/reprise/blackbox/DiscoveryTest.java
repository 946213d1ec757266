package org.reprise.blackbox;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(CoordinatorFactory.class, SpsaFactory.class);
  }
}
