package org.reprise.mappers.linear;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(LinearFactory.class, ResidualFactory.class);
  }
}
