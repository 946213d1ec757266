package org.reprise.datasets.images;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

class DiscoveryTest {
  @Test
  void theHostFindsAllFactories() {
    Discovery.assertListed(
        ImageFolderFactory.class,
        Cifar10BinaryFactory.class,
        Cifar100BinaryFactory.class,
        Cifar10Factory.class,
        Cifar100Factory.class,
        GtsrbFactory.class);
  }
}
