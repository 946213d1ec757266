package org.reprise.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.reprise.testkit.OracleJointCounts;

/** What the kernels are compared with counts the same. */
class CountingMethodsTest {
  private static final int TARGETS = 7;

  private final long seed = Long.getLong("reprise.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void peersCountAsDefined() {
    System.out.println("CountingMethodsTest: -Dreprise.test.seed=" + seed);
    for (int sources : new int[] {1, 10, 333}) {
      int rows = 1 + random.nextInt(60);
      int k = 1 + random.nextInt(sources);
      try (PointerScope scope = new PointerScope();
          OracleJointCounts predictions = new OracleJointCounts(sources, TARGETS);
          OracleJointCounts probabilities = new OracleJointCounts(sources, TARGETS)) {
        double[] drawn = random.doubles((long) rows * sources, -5, 5).toArray();
        Tensor logits = Tensor.create(drawn).reshape(rows, sources).to(ScalarType.Float);
        // some labels never occur
        Tensor labels = Tensor.create(random.longs(rows, 0, TARGETS - 2).toArray());
        predictions.addArgmax(logits, labels);
        probabilities.addTopK(logits, labels, k);
        Tensor counts = torch.zeros((long) sources * TARGETS).to(ScalarType.Long);
        Tensor sums = torch.zeros((long) sources * TARGETS);
        CountingMethods.argmaxAndBincount(logits, labels, counts, TARGETS);
        CountingMethods.topKAndIndexAdd(logits, labels, sums, TARGETS, k);
        String what = "seed " + seed + " N " + rows + " KS " + sources + " k " + k;
        for (Tensor found :
            List.of(
                counts.reshape(sources, TARGETS),
                CountingMethods.oneHotRowsByClass(logits, labels, TARGETS))) {
          assertEqual(what, found, predictions.counts());
        }
        for (Tensor found :
            List.of(
                sums.reshape(sources, TARGETS),
                CountingMethods.denseRowsByLabel(logits, labels, TARGETS, k))) {
          assertClose(what, found, probabilities.counts(), 1e-6, 1e-5);
        }
        assertThat(counts.sum().item_long()).isEqualTo(rows);
      }
    }
  }
}
