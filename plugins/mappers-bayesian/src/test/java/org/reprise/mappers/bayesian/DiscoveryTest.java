package org.reprise.mappers.bayesian;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(BlmFactory.class, BlmPlusPlusFactory.class);
  }
}
