package org.reprise.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reprise.api.InvalidInputException;

class StratifiedCutTest {

  @Test
  void partsAreDisjointCompleteSortedAndStratified() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      int classes = 1 + random.nextInt(6);
      int[] labels = random.ints(2 + random.nextInt(200), 0, classes).toArray();
      double fraction = 0.05 + 0.9 * random.nextDouble();
      if (IntStream.range(0, classes).allMatch(c -> count(labels, c) < 2)) {
        continue;
      }
      StratifiedCut cut = StratifiedCut.of(labels, fraction, seed);
      assertThat(cut.training()).isSorted();
      assertThat(cut.validation()).isSorted().isNotEmpty();
      assertThat(
              IntStream.concat(Arrays.stream(cut.training()), Arrays.stream(cut.validation()))
                  .sorted()
                  .toArray())
          .isEqualTo(BatchOrder.identity(labels.length));
      for (int c = 0; c < classes; c++) {
        int label = c;
        long size = count(labels, c);
        long taken = Arrays.stream(cut.validation()).filter(i -> labels[i] == label).count();
        long expected = size < 2 ? 0 : Math.max(1, Math.min(size - 1, Math.round(fraction * size)));
        assertThat(taken).as("class %s of %s samples, %s", c, size, fraction).isEqualTo(expected);
      }
    }
  }

  @Test
  void dependsOnTheSeedAlone() {
    int[] labels = IntStream.range(0, 200).map(i -> i % 5).toArray();
    assertThat(StratifiedCut.of(labels, 0.1, 1).validation())
        .isEqualTo(StratifiedCut.of(labels, 0.1, 1).validation())
        .isNotEqualTo(StratifiedCut.of(labels, 0.1, 2).validation())
        .hasSize(20);
  }

  @Test
  void refusesWhatLeavesNothingToValidateOn() {
    assertThatThrownBy(() -> StratifiedCut.of(new int[] {0, 1, 2}, 0.5, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no class has two samples");
    assertThatThrownBy(() -> StratifiedCut.of(new int[0], 0.5, 0))
        .isInstanceOf(InvalidInputException.class);
    for (double fraction : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThatThrownBy(() -> StratifiedCut.of(new int[] {0, 0}, fraction, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static long count(int[] labels, int label) {
    return Arrays.stream(labels).filter(l -> l == label).count();
  }
}
