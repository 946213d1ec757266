package org.reprise.tracking.mlflow;

import org.junit.jupiter.api.Test;
import org.reprise.testkit.Discovery;

class DiscoveryTest {
  @Test
  void theHostFindsTheFactory() {
    Discovery.assertListed(MlflowFactory.class);
  }
}
