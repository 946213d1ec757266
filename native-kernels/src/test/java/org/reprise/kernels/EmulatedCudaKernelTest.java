package org.reprise.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.Random;
import org.bytedeco.javacpp.LongPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The CUDA kernels' own source, run on the host by the emulator through the same JNI entry. */
class EmulatedCudaKernelTest {
  private static final long SEED = CountCheck.seed(EmulatedCudaKernelTest.class);
  private final Random random = new Random(SEED);

  @BeforeAll
  static void opensTheEmulatedLibrary() {
    String path = System.getProperty("reprise.kernels.emulated", "");
    assumeTrue(new File(path).isFile() && KernelLibrary.isAvailable(), KernelLibrary::cpuStatus);
    System.setProperty("reprise.kernels.cuda", path);
  }

  /** CUDA's run-time library says "insufficient" of a driver that is not there. */
  @Test
  void tellsAMissingDriverFromAnOldOne() {
    assertThat(KernelLibrary.cudaDevices()).isEqualTo(3);
    String words = NativeCounts.reprise_cuda_message(-1000 - 35).getString();
    assertThat(words).isEqualTo("there is no CUDA driver"); // the emulator has none
  }

  /** The emulated devices are three; the last has no code, and the first is the current one. */
  @Test
  void asksTheDeviceBeforeItIsUsed() {
    assertThat(KernelLibrary.cudaProblem(0)).isEmpty();
    assertThat(KernelLibrary.cudaProblem(1).orElseThrow())
        .contains("cuda:1")
        .contains("current CUDA device is another");
    assertThat(KernelLibrary.cudaProblem(3).orElseThrow()).contains("no cuda:3");
    assertThat(KernelLibrary.cudaProblem(-1)).isPresent();
    try (Batch batch = new Batch(random, ElementType.FLOAT32, 2, 7, 3, Batch.Content.NORMAL)) {
      CountKernel elsewhere = KernelLibrary.cuda(1, null);
      assertThatThrownBy(() -> CountCheck.run(elsewhere, batch, 0, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("current CUDA device is another");
    }
  }

  /** What Java admits the library must admit. */
  @Test
  void admitsAsManySourceLabelsAsJava() {
    try (LongPointer counts = new LongPointer(0L);
        LongPointer status = new LongPointer(CountStatus.cleared())) {
      for (long more : new long[] {0, 1}) {
        assertThat(
                NativeCounts.reprise_cuda_add(
                    0,
                    0,
                    0,
                    Logits.MOST_SOURCE_LABELS + more,
                    0,
                    0,
                    1,
                    0,
                    counts.address(),
                    status.address(),
                    0,
                    -1,
                    0,
                    0))
            .isEqualTo(more == 0 ? 0 : -1);
      }
    }
  }

  @ParameterizedTest(name = "KS = {0}")
  @ValueSource(ints = {1, 7, 10, 1000, 1001, 32157, 65536})
  void countsAsTheOracle(int sources) {
    int rows = Math.max(1, Math.min(20, 6000 / sources));
    for (ElementType type : ElementType.values()) {
      for (int targets : sources > 2000 ? new int[] {2} : new int[] {1, 2, 10, 397}) {
        try (Batch batch = new Batch(random, type, rows, sources, targets, Batch.Content.NORMAL)) {
          check(batch, 0, 1, 15, 59, sources);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Batch.Content.class)
  void ordersTiesAndExtremes(Batch.Content content) {
    for (ElementType type : ElementType.values()) {
      for (int sources : new int[] {1, 33, 129, 700, 2100, 9000}) {
        try (Batch batch = new Batch(random, type, 5, sources, 3, content)) {
          check(batch, 0, 1, 15, 130, 300, sources - 1, sources);
        }
      }
    }
  }

  /** The candidates of the first part of a row are far below those of the last. */
  @Test
  void boundsLongRisingRows() {
    for (ElementType type : ElementType.values()) {
      try (Batch batch = new Batch(random, type, 2, 20000, 2, Batch.Content.RISING)) {
        check(batch, 0, 1, 15, 59, 600);
      }
    }
  }

  @Test
  void combinesRowsOfOneHotSourceLabel() {
    for (int rows : new int[] {0, 1, 1500}) {
      try (Batch batch = new Batch(random, ElementType.FLOAT32, rows, 20, 2, Batch.Content.HOT)) {
        check(batch, 0, 3);
      }
    }
  }

  @Test
  void leavesOutNonFiniteRowsAndBadLabels() {
    for (ElementType type : ElementType.values()) {
      for (int sources : new int[] {1, 33, 2500}) {
        try (Batch batch = new Batch(random, type, 12, sources, 3, Batch.Content.NORMAL)) {
          for (int i = 0; i < 3; i++) {
            batch.put(random.nextInt(12), random.nextInt(sources), batch.special(i));
          }
          batch.putLabel(random.nextInt(12), -1);
          batch.putLabel(random.nextInt(12), 3);
          batch.putLabel(random.nextInt(12), Long.MIN_VALUE);
          check(batch, 0, 15, sources);
        }
      }
    }
  }

  /** Rows that are not aligned to 16 bytes are loaded in another way, and sum up to the same. */
  @Test
  void doesNotDependOnTheOrderOfRowsOrTheirPlaces() {
    CountKernel kernel = KernelLibrary.cuda(0, null);
    for (ElementType type : ElementType.values()) {
      for (int sources : new int[] {1, 5, 31, 1001, 4099, 8195}) {
        try (Batch batch = new Batch(random, type, 9, sources, 3, Batch.Content.NORMAL)) {
          int k = 1 + random.nextInt(Math.min(sources, 40));
          long[] whole = CountCheck.run(kernel, batch, k, 1);
          int last = 16 / type.bytes() - 1;
          for (int place : new int[] {0, 1 + random.nextInt(last), last}) {
            assertThat(CountCheck.rowByRow(kernel, batch, k, place))
                .as("top-%d of %s, each row %d elements from alignment", k, batch, place)
                .isEqualTo(whole);
          }
        }
      }
    }
  }

  private void check(Batch batch, int... ks) {
    CountKernel kernel = KernelLibrary.cuda(0, null);
    for (int k : ks) {
      if (k >= 0 && k <= batch.sources) {
        long[] added = CountCheck.run(kernel, batch, k, random.nextLong());
        CountCheck.assertCounts(added, batch, k, "emulated CUDA");
      }
    }
  }
}
