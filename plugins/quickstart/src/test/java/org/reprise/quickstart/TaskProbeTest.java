package org.reprise.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskProbeTest {

  @Test
  void theTaskCanBeLearned() {
    // A guess is right one time in eight.
    assertThat(TaskProbe.run(320, 320, 2, 64, 0.01, true)).isGreaterThan(0.2);
  }
}
