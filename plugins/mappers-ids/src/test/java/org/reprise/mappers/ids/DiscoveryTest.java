package org.reprise.mappers.ids;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(
        FrequentManyFactory.class, ModeFactory.class, FixedFactory.class, SemanticFactory.class);
  }
}
