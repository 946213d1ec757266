package org.reprise.mappers.onetoone;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

final class DiscoveryTest {
  @Test
  void allFactoriesAreInTheIndex() {
    Discovery.assertListed(
        RandomLabelMapperFactory.class,
        FrequentLabelMapperFactory.class,
        IterativeLabelMapperFactory.class);
  }
}
