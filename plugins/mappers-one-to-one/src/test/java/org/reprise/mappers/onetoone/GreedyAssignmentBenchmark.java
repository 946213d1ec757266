package org.reprise.mappers.onetoone;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.support.GreedyAssignment;

/**
 * Times the assignment of 397 target labels to 32157 source labels; not a test. Prints the first
 * call, and median and largest of the repetitions.
 */
final class GreedyAssignmentBenchmark {
  private static final int SOURCES = 32157;
  private static final int TARGETS = 397;
  private static final int REPETITIONS = 30;

  private GreedyAssignmentBenchmark() {}

  /**
   * Runs all cases.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    System.out.printf(
        Locale.ROOT,
        "KS %d, KT %d, %d libtorch threads%n",
        SOURCES,
        TARGETS,
        torch.get_num_threads());
    for (int samples : new int[] {20_000, 100_000, 500_000}) {
      try (PointerScope scope = new PointerScope()) {
        run(samples);
      }
    }
  }

  /** Samples of a class fall on few source labels, the nearer ones more often. */
  private static void run(int samples) {
    Random random = new Random(samples);
    long[] dense = new long[SOURCES * TARGETS];
    for (int i = 0; i < samples; i++) {
      int target = i % TARGETS;
      int source = Math.floorMod(target * 81 + (int) (random.nextGaussian() * 60), SOURCES);
      dense[source * TARGETS + target]++;
    }
    int[] filled = IntStream.range(0, dense.length).filter(i -> dense[i] > 0).toArray();
    long[] cells = Arrays.stream(filled).asLongStream().toArray();
    long[] counts = Arrays.stream(filled).mapToLong(i -> dense[i]).toArray();
    Tensor joint = Tensor.create(dense, SOURCES, TARGETS);
    long[][] expected = GreedyAssignment.assign(cells, counts, SOURCES, TARGETS, 1);
    String label = samples + " samples, " + cells.length + " non-zero: ";
    time(
        label + "from the list",
        () -> GreedyAssignment.assign(cells, counts, SOURCES, TARGETS, 1),
        expected);
    time(label + "with finding  ", () -> GreedyAssignment.assign(joint, 1), expected);
  }

  private static void time(String label, Supplier<long[][]> work, long[][] expected) {
    double[] milliseconds = new double[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
      long start = System.nanoTime();
      long[][] sequence = work.get();
      milliseconds[i] = (System.nanoTime() - start) / 1e6;
      if (!Arrays.deepEquals(sequence, expected)) {
        throw new IllegalStateException("the two ways differ");
      }
    }
    double first = milliseconds[0];
    Arrays.sort(milliseconds);
    System.out.printf(
        Locale.ROOT,
        "%s: first %.2f ms, median %.2f, largest %.2f%n",
        label,
        first,
        milliseconds[REPETITIONS / 2],
        milliseconds[REPETITIONS - 1]);
  }
}
