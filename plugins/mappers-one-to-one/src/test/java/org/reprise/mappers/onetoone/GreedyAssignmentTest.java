package org.reprise.mappers.onetoone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.reprise.support.GreedyAssignment;

final class GreedyAssignmentTest {

  @Test
  void lowestCellWinsTies() {
    assertThat(assign(new long[][] {{2, 2}, {2, 2}, {2, 2}})).containsExactly(0, 1);
    assertThat(assign(new long[][] {{0, 5}, {5, 5}, {0, 0}})).containsExactly(1, 0);
  }

  @Test
  void zerosPairTheLowestFreeLabels() {
    assertThat(assign(new long[4][3])).containsExactly(0, 1, 2);
    // source 1 is taken by target 2; the rest of J is zero
    assertThat(assign(new long[][] {{0, 0, 0}, {0, 0, 7}, {0, 0, 0}, {0, 0, 0}}))
        .containsExactly(0, 2, 1);
  }

  @Test
  void oneSourceLabelServesOneTarget() {
    assertThat(assign(new long[][] {{9, 8}, {1, 0}})).containsExactly(0, 1);
  }

  @Test
  void countsBeyondOneRadixDigitKeepTheirOrder() {
    long[][] counts = {{65536, 65537, 0}, {1L << 40, 65536, 3}, {2, 1, (1L << 40) - 1}};
    assertThat(assign(counts)).containsExactly(1, 0, 2).isEqualTo(scan(counts));
  }

  @Test
  void oneTargetTakesTheMostFrequentSource() {
    assertThat(assign(new long[][] {{1}, {4}, {4}})).containsExactly(1);
    assertThat(assign(new long[][] {{0}})).containsExactly(0);
  }

  @Test
  void equalsRepeatedScansOnRandomCounts() {
    long seed = System.nanoTime();
    System.out.println("GreedyAssignmentTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int targets = 1 + random.nextInt(12);
      int sources = targets + random.nextInt(20);
      int bound = 1 + random.nextInt(round % 3 == 0 ? 200_000 : 5);
      double density = random.nextDouble();
      long[][] counts = new long[sources][targets];
      for (long[] row : counts) {
        for (int t = 0; t < targets; t++) {
          row[t] = random.nextDouble() < density ? random.nextInt(bound) : 0;
        }
      }
      assertThat(assign(counts)).as("seed %d round %d", seed, round).isEqualTo(scan(counts));
    }
  }

  static long[] assign(long[][] counts) {
    long[] flat = java.util.Arrays.stream(counts).flatMapToLong(java.util.Arrays::stream).toArray();
    try (PointerScope scope = new PointerScope()) {
      return single(Tensor.create(flat, counts.length, counts[0].length));
    }
  }

  /** One source label for each target label. */
  static long[] single(Tensor counts) {
    return java.util.Arrays.stream(GreedyAssignment.assign(counts, 1))
        .mapToLong(given -> given[0])
        .toArray();
  }

  /** The rule as it is stated: search the whole of what remains, KT times. */
  static long[] scan(long[][] counts) {
    int targets = counts[0].length;
    boolean[] struck = new boolean[counts.length];
    long[] sequence = new long[targets];
    java.util.Arrays.fill(sequence, -1);
    for (int step = 0; step < targets; step++) {
      int bestSource = -1;
      int bestTarget = -1;
      for (int s = 0; s < counts.length; s++) {
        for (int t = 0; t < targets; t++) {
          if (!struck[s]
              && sequence[t] < 0
              && (bestSource < 0 || counts[s][t] > counts[bestSource][bestTarget])) {
            bestSource = s;
            bestTarget = t;
          }
        }
      }
      struck[bestSource] = true;
      sequence[bestTarget] = bestSource;
    }
    return sequence;
  }
}
