package org.reprise.mappers.transport;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(TransportFactory.class);
  }
}
