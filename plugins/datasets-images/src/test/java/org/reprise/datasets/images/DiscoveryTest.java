package org.reprise.datasets.images;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

class DiscoveryTest {
  @Test
  void theHostFindsAllFactories() {
    Discovery.assertListed(
        ImageFolderFactory.class,
        CifarBinaryFactory.class,
        Cifar10Factory.class,
        Cifar100Factory.class,
        GtsrbFactory.class);
  }
}
