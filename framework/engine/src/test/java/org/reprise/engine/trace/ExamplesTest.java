package org.reprise.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExamplesTest {
  @Test
  void eachLabelHasItsSurestAndItsLeastSure() {
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("ExamplesTest: -Dreprise.seed=" + seed);
    Random random = new Random(seed);
    int n = 400;
    int[] labels = random.ints(n, 0, 7).toArray();
    int[] predictions = random.ints(n, 0, 6).toArray(); // label 6 is never predicted
    float[] probabilities = new float[n];
    for (int i = 0; i < n; i++) {
      probabilities[i] = random.nextFloat();
    }

    int[] chosen = Examples.of(labels, predictions, probabilities, 7);

    assertThat(chosen).isSorted().doesNotHaveDuplicates();
    assertThat(chosen.length).isBetween(36, 36 + 64);
    for (int label = 0; label < 6; label++) {
      int surest = -1;
      int least = -1;
      for (int i = 0; i < n; i++) {
        if (predictions[i] == label) {
          surest = surest < 0 || probabilities[i] > probabilities[surest] ? i : surest;
          least = least < 0 || probabilities[i] <= probabilities[least] ? i : least;
        }
      }
      assertThat(chosen).contains(surest, least);
    }
  }

  @Test
  void theMostFrequentConfusionIsShown() {
    int[] labels = new int[60];
    int[] predictions = new int[60];
    float[] probabilities = new float[60];
    Arrays.fill(probabilities, 0.5f);
    Arrays.fill(labels, 0, 30, 1);
    labels[45] = 1; // seldom: predicted 0, as are all
    labels[59] = 1;
    int[] chosen = Examples.of(labels, predictions, probabilities, 2);
    assertThat(chosen).contains(0, 1, 2, 3); // of equally sure ones the first
  }

  @Test
  void manyLabelsStayFew() {
    int[] labels = new int[5000];
    Arrays.setAll(labels, i -> i % 1000);
    int[] chosen = Examples.of(labels, labels, new float[5000], 1000);
    assertThat(chosen).hasSize(480);
    assertThat(Examples.of(new int[] {0}, new int[] {0}, new float[1], 1)).containsExactly(0);
  }
}
