package org.reprise.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExecutionBenchTest {

  /** One disturbed turn on each side changes neither the ratio nor the middle half much. */
  @Test
  void theRatioIsThatOfTheMedians() {
    ExecutionBench.Turns turns =
        ExecutionBench.Turns.of(new double[] {2, 4, 90, 4, 6}, new double[] {1, 2, 2, 60, 2});
    assertThat(turns.plainSeconds()).isEqualTo(4);
    assertThat(turns.sharedSeconds()).isEqualTo(2);
    assertThat(turns.ratio()).isEqualTo(2);
    // the turns' ratios are 2, 2, 45, 1/15, 3
    assertThat(turns.lowRatio()).isEqualTo(2);
    assertThat(turns.highRatio()).isEqualTo(3);
    assertThat(turns.rounds()).isEqualTo(5);
  }
}
