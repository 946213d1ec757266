package org.reprise.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.LongPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every variant of the CPU kernels against a plain oracle in double precision. */
class CpuCountKernelTest {
  private static final long SEED = CountCheck.seed(CpuCountKernelTest.class);
  private final Random random = new Random(SEED);

  @BeforeAll
  static void needsCompiler() {
    assumeTrue(KernelLibrary.isAvailable(), KernelLibrary::cpuStatus);
  }

  /** Every type, KS, KT; k is 0 for argmax. */
  static List<int[]> shapes() {
    List<int[]> shapes = new ArrayList<>();
    for (int sources : new int[] {1, 7, 10, 1000, 1001, 32157, 65536}) {
      for (int targets : new int[] {1, 2, 10, 397}) {
        shapes.add(new int[] {sources, targets});
      }
    }
    return shapes;
  }

  @ParameterizedTest(name = "KS, KT = {0}")
  @MethodSource("shapes")
  void countsAsTheOracle(int[] shape) {
    int sources = shape[0];
    int targets = shape[1];
    int rows = Math.max(2, Math.min(50, 12000 / sources));
    for (ElementType type : ElementType.values()) {
      try (Batch batch = new Batch(random, type, rows, sources, targets, Batch.Content.NORMAL)) {
        for (int k : new int[] {0, 1, 15, 59, sources}) {
          if (k <= sources) {
            // The counts of the largest shapes take 100 MB and more: one variant, drawn by chance,
            // does.
            check(batch, k, (long) sources * targets > 1_000_000);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Batch.Content.class)
  void ordersTiesAndExtremes(Batch.Content content) {
    for (ElementType type : ElementType.values()) {
      for (int sources : new int[] {1, 3, 8, 17, 129, 1000, 1025, 2500}) {
        try (Batch batch = new Batch(random, type, 5, sources, 3, content)) {
          for (int k : new int[] {0, 1, 15, 59, 128, 129, 600, sources - 1, sources}) {
            if (k >= 0 && k <= sources) {
              check(batch, k, false);
            }
          }
        }
      }
    }
  }

  @Test
  void leavesOutNonFiniteRowsAndBadLabels() {
    long[] bad = {-1, 3, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32};
    for (ElementType type : ElementType.values()) {
      for (int sources : new int[] {1, 7, 33, 1000, 3000}) {
        try (Batch batch = new Batch(random, type, 40, sources, 3, Batch.Content.NORMAL)) {
          for (int i = 0; i < 12; i++) {
            batch.put(random.nextInt(40), random.nextInt(sources), batch.special(i % 3));
          }
          for (long label : bad) {
            batch.putLabel(random.nextInt(40), label);
          }
          for (int k : new int[] {0, 1, Math.min(15, sources), sources}) {
            check(batch, k, false);
          }
        }
      }
    }
  }

  @Test
  void countsNothingAndOne() {
    for (ElementType type : ElementType.values()) {
      for (int rows : new int[] {0, 1}) {
        try (Batch batch = new Batch(random, type, rows, 1000, 10, Batch.Content.NORMAL)) {
          check(batch, 0, false);
          check(batch, 15, false);
        }
      }
    }
  }

  @Test
  void sharesManyRowsAmongThreads() {
    for (Batch.Content content : new Batch.Content[] {Batch.Content.NORMAL, Batch.Content.HOT}) {
      try (Batch batch = new Batch(random, ElementType.FLOAT32, 5000, 100, 2, content)) {
        check(batch, 0, false);
        check(batch, 15, false);
      }
    }
  }

  @Test
  void doesNotDependOnTheOrderOfRowsOrTheirPlaces() {
    for (ElementType type : ElementType.values()) {
      try (Batch batch = new Batch(random, type, 300, 1001, 7, Batch.Content.NORMAL)) {
        CountKernel kernel = KernelLibrary.cpu(2);
        assertThat(CountCheck.rowByRow(kernel, batch, 15, random.nextInt(16)))
            .as(batch.toString())
            .isEqualTo(CountCheck.run(kernel, batch, 15, 1));
      }
    }
  }

  @Test
  void reportsOverflow() {
    try (Batch batch = new Batch(random, ElementType.FLOAT32, 4, 1, 1, Batch.Content.NORMAL);
        LongPointer counts = new LongPointer(1);
        LongPointer status = new LongPointer(CountStatus.LONGS)) {
      for (InstructionSet set : InstructionSet.values()) {
        if (!KernelLibrary.supports(set)) {
          continue;
        }
        Counts target = new Counts(counts, 1, 1, status, Counts.UNKNOWN);
        long[] seen = new long[CountStatus.LONGS];
        // Each row adds exactly 2^36 to the one cell: three fit, the fourth does not.
        counts.put(0, Long.MAX_VALUE - 3 * (1L << 36));
        status.put(CountStatus.cleared());
        KernelLibrary.cpu(1, set).addTopK(batch.logits(), batch.labels(), 1, 0, target);
        status.get(seen);
        assertThat(CountStatus.of(seen).overflows()).isEqualTo(1);

        counts.put(0, Long.MAX_VALUE - 4);
        status.put(CountStatus.cleared());
        KernelLibrary.cpu(1, set).addArgmax(batch.logits(), batch.labels(), 0, target);
        status.get(seen);
        assertThat(CountStatus.of(seen).isClean()).isTrue();
        KernelLibrary.cpu(1, set).addArgmax(batch.logits(), batch.labels(), 0, target);
        status.get(seen);
        assertThat(CountStatus.of(seen).overflows()).isPositive();
      }
    }
  }

  /**
   * All variants and 1, 2 and 3 threads (or one of each): right, and the same whatever the threads.
   */
  private void check(Batch batch, int k, boolean one) {
    List<InstructionSet> sets = new ArrayList<>(List.of(InstructionSet.values()));
    sets.removeIf(set -> !KernelLibrary.supports(set));
    if (one) {
      sets = List.of(sets.get(random.nextInt(sets.size())));
    }
    for (InstructionSet set : sets) {
      int most = one ? 1 + random.nextInt(3) : 1;
      CountKernel first = KernelLibrary.cpu(most, set);
      long[] added = CountCheck.run(first, batch, k, random.nextLong());
      CountCheck.assertCounts(added, batch, k, first);
      for (int threads = 2; !one && threads <= 3; threads++) {
        CountKernel kernel = KernelLibrary.cpu(threads, set);
        assertThat(CountCheck.run(kernel, batch, k, random.nextLong()))
            .as("top-%d of %s on %s", k, batch, kernel)
            .isEqualTo(added);
      }
    }
  }
}
