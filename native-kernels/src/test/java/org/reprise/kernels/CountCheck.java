package org.reprise.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/** Runs a kernel on poisoned counts and compares every cell and the status with the oracle. */
final class CountCheck {
  private CountCheck() {}

  /** A seed that differs on every run, printed so that a failure can be repeated. */
  static long seed(Class<?> test) {
    long seed = Long.getLong("reprise.test.seed", System.nanoTime());
    System.out.println(test.getSimpleName() + ": -Dreprise.test.seed=" + seed);
    return seed;
  }

  /**
   * Counts by argmax (k = 0) or top-k from a random start and returns what was added to each cell.
   */
  static long[] run(CountKernel kernel, Batch batch, int k, long poison) {
    int cells = batch.targets * batch.sources;
    SplittableRandom random = new SplittableRandom(poison);
    long[] before = new long[cells];
    for (int i = 0; i < cells; i++) {
      before[i] = random.nextLong() >> 2; // far enough from overflow
    }
    try (LongPointer counts = new LongPointer(before);
        LongPointer status = new LongPointer(CountStatus.cleared())) {
      // whatever the test of overflow, the sums are the same
      long held = random.nextBoolean() ? 0 : Counts.UNKNOWN;
      Counts target = new Counts(counts, batch.sources, batch.targets, status, held);
      if (k == 0) {
        kernel.addArgmax(batch.logits(), batch.labels(), 1000, target);
      } else {
        kernel.addTopK(batch.logits(), batch.labels(), k, 1000, target);
      }
      long[] seen = new long[CountStatus.LONGS];
      status.get(seen);
      assertThat(CountStatus.of(seen))
          .as("status of %s k=%d", batch, k)
          .isEqualTo(batch.expectedStatus(1000));
      long[] after = new long[cells];
      counts.get(after);
      for (int i = 0; i < cells; i++) {
        after[i] -= before[i];
      }
      return after;
    }
  }

  /**
   * Counts by top-k row by row, from the last to the first, each copied to where it begins {@code
   * place} elements after an address that is a multiple of 64, and returns what was added.
   */
  static long[] rowByRow(CountKernel kernel, Batch batch, int k, int place) {
    long[] added = new long[batch.targets * batch.sources];
    int bytes = batch.type.bytes();
    try (BytePointer memory = new BytePointer(64L + (place + batch.sources) * (long) bytes);
        LongPointer counts = new LongPointer(added);
        LongPointer status = new LongPointer(CountStatus.cleared())) {
      long start = Memory.address(memory);
      Pointer row = new RawPointer(start + (-start & 63) + (long) place * bytes);
      Logits logits = new Logits(row, batch.type, 1, batch.sources, batch.sources);
      Counts target = new Counts(counts, batch.sources, batch.targets, status, Counts.UNKNOWN);
      for (int i = batch.rows - 1; i >= 0; i--) {
        long from = Memory.address(batch.logits().address()) + (long) i * batch.stride * bytes;
        Pointer.memcpy(row, new RawPointer(from), (long) batch.sources * bytes);
        long label = Memory.address(batch.labels().address()) + i * 8L;
        kernel.addTopK(logits, new Labels(new RawPointer(label), 1), k, i, target);
      }
      counts.get(added);
    }
    return added;
  }

  /** Compares what was added with the oracle. */
  static void assertCounts(long[] added, Batch batch, int k, Object where) {
    if (k == 0) {
      long[] expected = new long[added.length];
      batch.addArgmax(expected);
      assertThat(added).as("argmax of %s on %s", batch, where).isEqualTo(expected);
      return;
    }
    double[] expected = new double[added.length];
    double[] tolerance = new double[added.length];
    batch.addTopK(k, expected, tolerance);
    for (int i = 0; i < added.length; i++) {
      double got = added[i] * 0x1p-36;
      if (!(Math.abs(got - expected[i]) <= tolerance[i])) {
        throw new AssertionError(
            "top-%d of %s on %s: cell [t=%d, s=%d] got %.12g, expected %.12g +- %.3g"
                .formatted(
                    k,
                    batch,
                    where,
                    i / batch.sources,
                    i % batch.sources,
                    got,
                    expected[i],
                    tolerance[i]));
      }
    }
  }
}
