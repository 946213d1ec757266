package org.reprise.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchOrderTest {

  /**
   * Resumed runs and published tables depend on these values (an independent implementation gave
   * them): never change them.
   */
  @Test
  void orderIsPinned() {
    assertThat(BatchOrder.shuffled(10, 0, 0)).containsExactly(8, 4, 5, 9, 2, 7, 6, 1, 3, 0);
    assertThat(BatchOrder.shuffled(10, 0, 1)).containsExactly(8, 0, 1, 7, 3, 6, 5, 9, 4, 2);
    assertThat(BatchOrder.shuffled(10, 7, 0)).containsExactly(7, 1, 3, 2, 9, 8, 5, 0, 6, 4);
    assertThat(RandomStream.of(0, "validation-cut", 0).nextLong()).isEqualTo(-5113228007434199117L);
  }

  @Test
  void isAPermutationThatDependsOnSeedEpochAndPurpose() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int n : new int[] {0, 1, 2, 3, 50, 1000 + random.nextInt(1000)}) {
      int[] order = BatchOrder.shuffled(n, seed, 3);
      assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(BatchOrder.identity(n));
      assertThat(BatchOrder.shuffled(n, seed, 3)).isEqualTo(order);
    }
    int[] order = BatchOrder.shuffled(100, seed, 3);
    assertThat(BatchOrder.shuffled(100, seed, 4)).isNotEqualTo(order);
    assertThat(BatchOrder.shuffled(100, seed + 1, 3)).isNotEqualTo(order);
    assertThat(RandomStream.of(seed, "other", 3).permutation(100)).isNotEqualTo(order);
  }

  @Test
  void everyOrderIsAboutEquallyLikely() {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (int epoch = 0; epoch < 24_000; epoch++) {
      counts.merge(
          Arrays.stream(BatchOrder.shuffled(4, 11, epoch)).boxed().toList(), 1, Integer::sum);
    }
    assertThat(counts).hasSize(24);
    // 1000 expected with a standard deviation of 31; the seed is fixed, so this cannot flicker.
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
  }

  @Test
  void boundsAreRespectedAndChecked() {
    RandomStream random = RandomStream.of(5, "bounds", 0);
    for (int i = 0; i < 10_000; i++) {
      assertThat(random.nextInt(3)).isBetween(0, 2);
      assertThat(random.nextInt(Integer.MAX_VALUE)).isBetween(0, Integer.MAX_VALUE - 1);
    }
    assertThat(random.nextInt(1)).isZero();
    assertThatThrownBy(() -> random.nextInt(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lastPartialBatchIsKept() {
    int[] order = {4, 2, 0, 1, 3};
    assertThat(BatchOrder.batches(order, 2))
        .containsExactly(new int[] {4, 2}, new int[] {0, 1}, new int[] {3});
    assertThat(BatchOrder.batches(order, 5)).containsExactly(order);
    assertThat(BatchOrder.batches(order, Integer.MAX_VALUE)).containsExactly(order);
    assertThat(BatchOrder.batches(order, 1)).hasSize(5);
    assertThat(BatchOrder.batches(new int[0], 3)).isEmpty();
    assertThatThrownBy(() -> BatchOrder.batches(order, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
