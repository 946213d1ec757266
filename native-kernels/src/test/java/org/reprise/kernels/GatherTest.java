package org.reprise.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every variant of the gathering of images against Java's division. */
class GatherTest {
  private static final long SEED = CountCheck.seed(GatherTest.class);
  private final Random random = new Random(SEED);

  @BeforeAll
  static void needsCompiler() {
    assumeTrue(KernelLibrary.isAvailable(), KernelLibrary::cpuStatus);
  }

  @ParameterizedTest
  @EnumSource(InstructionSet.class)
  void dividesEveryLevelOfTheChosenImages(InstructionSet variant) {
    assumeTrue(KernelLibrary.supports(variant), () -> variant + " is not supported here");
    for (int values : new int[] {1, 7, 63, 64, 65, 256, 3072, 70_001, 400_024}) {
      int stored = 1 + random.nextInt(9);
      int count = values == 400_024 ? 6 : 1 + random.nextInt(40); // 9.6 MB: past the caches
      byte[] images = new byte[stored * values];
      random.nextBytes(images);
      for (int i = 0; values >= 256 && i < 256; i++) {
        images[i] = (byte) i;
      }
      long[] indices = random.longs(count, 0, stored).toArray();
      indices[0] = 0;
      float[] result = new float[count * values + 1];
      result[count * values] = -1;
      try (BytePointer from = new BytePointer(images);
          LongPointer chosen = new LongPointer(indices);
          FloatPointer to = new FloatPointer(result)) {
        KernelLibrary.gather(
            from, stored, values, chosen, count, to, 1 + random.nextInt(4), variant);
        to.get(result);
      }
      for (int row = 0; row < count; row++) {
        for (int i = 0; i < values; i++) {
          float expected = (images[(int) indices[row] * values + i] & 0xff) / 255f;
          if (Float.compare(result[row * values + i], expected) != 0) {
            assertThat(result[row * values + i])
                .as("row %d, value %d of %d", row, i, values)
                .isEqualTo(expected);
          }
        }
      }
      assertThat(result[count * values]).as("what lies behind").isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource(InstructionSet.class)
  void refusesIndicesAndMemoryThatDoNotFit(InstructionSet variant) {
    assumeTrue(KernelLibrary.supports(variant), () -> variant + " is not supported here");
    try (BytePointer images = new BytePointer(new byte[12]);
        FloatPointer result = new FloatPointer(8)) {
      for (long bad : new long[] {-1, 3, Long.MIN_VALUE, Long.MAX_VALUE}) {
        try (LongPointer indices = new LongPointer(0, bad)) {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> KernelLibrary.gather(images, 3, 4, indices, 2, result, 1, variant))
              .withMessageContaining("outside [0, 3)");
        }
      }
      try (LongPointer indices = new LongPointer(0, 0)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> KernelLibrary.gather(images, 4, 4, indices, 2, result, 1, variant))
            .withMessageContaining("offers 12");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> KernelLibrary.gather(images, 3, 4, indices, 3, result, 1, variant))
            .withMessageContaining("offers 16");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> KernelLibrary.gather(images, 2, 6, indices, 2, result, 1, variant))
            .withMessageContaining("offers 32");
        KernelLibrary.gather(null, 0, 4, null, 0, null, 1, variant); // nothing is asked for
      }
    }
  }
}
