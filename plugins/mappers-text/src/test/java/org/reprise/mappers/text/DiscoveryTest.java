package org.reprise.mappers.text;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(TextFactory.class, AttributesFactory.class, DvpFactory.class);
  }
}
