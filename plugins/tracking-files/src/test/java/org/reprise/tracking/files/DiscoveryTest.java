package org.reprise.tracking.files;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

class DiscoveryTest {
  @Test
  void theHostFindsTheFactories() {
    Discovery.assertListed(CsvFactory.class, TensorboardFactory.class);
  }
}
