package org.reprise.engine.bench;

import java.util.OptionalLong;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.mapping.JointCounts;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.record.PeakMemory;

/**
 * A pass of many rows in batches: what its evidence takes of memory.
 *
 * @param rows N of the whole pass
 * @param batch rows at a time
 * @param sources KS
 * @param targets KT
 * @param k of the top-k sums; argmax is counted beside them
 * @param cellBytes of the two joint counts
 * @param seconds of the pass
 * @param peakBefore resident memory at its highest before the pass, after the first batch
 * @param peakAfter the same after the pass
 */
public record StreamedPass(
    long rows,
    int batch,
    int sources,
    int targets,
    int k,
    long cellBytes,
    double seconds,
    OptionalLong peakBefore,
    OptionalLong peakAfter) {
  private static final int BATCH = 4096;
  private static final int SOURCES = 1000;
  private static final int TARGETS = 100;
  private static final int K = 15;

  /**
   * Counts a pass of rows, by argmax and by top-k, and checks that every row was counted.
   *
   * @param device where to count
   * @param rows N, at least 1
   */
  public static StreamedPass run(ComputeDevice device, long rows) {
    CountingPath path = CountingPath.of(device);
    try (PointerScope scope = new PointerScope();
        JointCounts predictions = path.newJointCounts(SOURCES, TARGETS);
        JointCounts probabilities = path.newJointCounts(SOURCES, TARGETS)) {
      Device place = device.torchDevice();
      Tensor logits = torch.randn(BATCH, SOURCES).to(place, ScalarType.Float);
      Tensor labels =
          Tensor.create(new Random(7).longs(BATCH, 0, TARGETS).toArray())
              .to(place, ScalarType.Long);
      predictions.addArgmax(logits, labels);
      probabilities.addTopK(logits, labels, K);
      requireAll(predictions, BATCH);
      predictions.clear();
      probabilities.clear();
      OptionalLong before = PeakMemory.bytes();
      long begin = System.nanoTime();
      for (long done = 0; done < rows; done += BATCH) {
        try (PointerScope step = new PointerScope()) {
          long take = Math.min(BATCH, rows - done);
          predictions.addArgmax(logits.narrow(0, 0, take), labels.narrow(0, 0, take));
          probabilities.addTopK(logits.narrow(0, 0, take), labels.narrow(0, 0, take), K);
        }
      }
      requireAll(predictions, rows);
      double seconds = (System.nanoTime() - begin) * 1e-9;
      return new StreamedPass(
          rows,
          BATCH,
          SOURCES,
          TARGETS,
          K,
          2L * SOURCES * TARGETS * Long.BYTES,
          seconds,
          before,
          PeakMemory.bytes());
    }
  }

  private static void requireAll(JointCounts predictions, long rows) {
    try (PointerScope scope = new PointerScope()) {
      long counted = predictions.counts().sum().item_long();
      if (counted != rows) {
        throw new IllegalStateException(rows + " rows were added, " + counted + " are in J");
      }
    }
  }
}
