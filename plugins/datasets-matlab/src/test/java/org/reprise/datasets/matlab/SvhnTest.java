package org.reprise.datasets.matlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.DamagedFiles;
import org.reprise.testkit.DatasetContract;
import org.reprise.testkit.Discovery;
import org.reprise.testkit.FakeDatasetContext;

/** On files that scipy wrote (train compressed, test not), see scripts/make-data-fixtures.py. */
class SvhnTest extends DatasetContract {
  private static final String TRAIN = "train_32x32.mat";
  private static final String TEST = "test_32x32.mat";
  private static final int UINT8 = 2; // how values are stored
  private static final int UINT8_CLASS = 9;
  private static final int DOUBLE_CLASS = 6;
  @TempDir private Path folder;

  @BeforeEach
  void copy() throws Exception {
    for (String name : List.of(TRAIN, TEST)) {
      Path source = Path.of(SvhnTest.class.getResource("/svhn/" + name).toURI());
      Files.write(folder.resolve(name), Files.readAllBytes(source));
    }
  }

  @Override
  protected Dataset create() {
    return open();
  }

  private Dataset open() {
    return new SvhnFactory().create(new SvhnOptions(folder, 32), new FakeDatasetContext());
  }

  private void write(byte[] mat) throws IOException {
    Files.write(folder.resolve(TRAIN), mat);
  }

  private void refuses(String message) {
    assertThatThrownBy(
            () -> {
              try (Dataset data = open()) {
                data.read(Split.TRAIN, 0);
              }
            })
        .hasMessageContaining(folder.resolve(TRAIN).toString())
        .hasMessageContaining(message);
  }

  private static void assertImage(EncodedSample sample, int n) {
    EncodedSample.Pixels pixels = (EncodedSample.Pixels) sample;
    assertThat(pixels.size()).isEqualTo(ImageSize.square(32));
    assertThat(pixels.label()).isEqualTo((n % 10 + 1) % 10); // 10 stands for 0
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 32; column++) {
        for (int channel = 0; channel < 3; channel++) {
          assertThat(pixels.rgb()[3 * (32 * row + column) + channel])
              .isEqualTo((byte) (31 * n + 67 * channel + 5 * row + 3 * column));
        }
      }
    }
  }

  @Test
  void readsWhatScipyWrote() throws IOException {
    try (Dataset data = open()) {
      assertThat(data.labels()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
      assertThat(data.size(Split.TRAIN)).isEqualTo(12);
      assertThat(data.size(Split.TEST)).isEqualTo(3);
      for (int n = 0; n < 12; n++) {
        assertImage(data.read(Split.TRAIN, n), n);
      }
      for (int n = 12; n < 15; n++) {
        assertImage(data.read(Split.TEST, n - 12), n);
      }
      assertThat(data.read(Split.TEST, 2).place()).isEqualTo(folder.resolve(TEST) + ", image 2");
    }
  }

  /** In the published files 10 is the digit 0; in some copies it is 0. No file has both. */
  @Test
  void labels0And10AreNotMerged() throws IOException {
    for (byte[] digits : new byte[][] {{0, 9, 3}, {10, 9, 3}}) {
      write(file(digits));
      try (Dataset data = open()) {
        assertThat(data.read(Split.TRAIN, 0).label()).isZero();
      }
    }
    write(file(new byte[] {1, 10, 3, 0, 10}));
    refuses("image 3 has label 0 and image 4 label 10");
  }

  private static byte[] file(byte[] digits) throws IOException {
    return new MatWriter(ByteOrder.LITTLE_ENDIAN, false)
        .array("X", UINT8_CLASS, UINT8, new byte[3072 * digits.length], 32, 32, 3, digits.length)
        .array("y", UINT8_CLASS, UINT8, digits, digits.length, 1)
        .bytes();
  }

  @Test
  void readsBothByteOrdersAndMoreThanOneBlock() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    int count = 1500;
    byte[] images = new byte[count * 3072];
    new Random(seed).nextBytes(images);
    byte[] digits = new byte[count];
    for (int i = 0; i < count; i++) {
      digits[i] = (byte) (1 + i % 10);
    }
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      for (boolean isCompressed : new boolean[] {false, true}) {
        write(
            new MatWriter(order, isCompressed)
                .array("y", DOUBLE_CLASS, UINT8, digits, count, 1) // doubles stored as bytes
                .array("X", UINT8_CLASS, UINT8, images, 32, 32, 3, count)
                .bytes());
        try (Dataset data = open()) {
          assertThat(data.size(Split.TRAIN)).isEqualTo(count);
          for (int n : new int[] {0, 1, 1023, 1024, 1499}) {
            EncodedSample.Pixels sample = (EncodedSample.Pixels) data.read(Split.TRAIN, n);
            assertThat(sample.label()).isEqualTo((1 + n % 10) % 10);
            // row 5, column 7, channel 2; rows run fastest
            assertThat(sample.rgb()[3 * (32 * 5 + 7) + 2])
                .isEqualTo(images[3072 * n + 5 + 32 * 7 + 1024 * 2]);
          }
        }
      }
    }
  }

  @Test
  void refusesOtherContent() throws IOException {
    MatWriter writer = new MatWriter(ByteOrder.LITTLE_ENDIAN, true);
    write(writer.array("Z", UINT8_CLASS, UINT8, new byte[4], 2, 2).bytes());
    refuses(": no numeric variable \"X\", found Z");
    writer.array("X", UINT8_CLASS, UINT8, new byte[2 * 1024], 32, 32, 1, 2);
    write(writer.bytes());
    refuses(": X is 32x32x1x2 uint8, expected 32x32x3xN uint8");
    writer = new MatWriter(ByteOrder.LITTLE_ENDIAN, true);
    writer.array("X", UINT8_CLASS, UINT8, new byte[2 * 3072], 32, 32, 3, 2);
    write(writer.array("y", UINT8_CLASS, UINT8, new byte[3], 3, 1).bytes());
    refuses(": X has 2 images, but y is 3x1 uint8");
    writer = new MatWriter(ByteOrder.LITTLE_ENDIAN, false);
    writer.array("X", UINT8_CLASS, UINT8, new byte[2 * 3072], 32, 32, 3, 2);
    write(writer.array("y", UINT8_CLASS, UINT8, new byte[] {3, 11}, 2, 1).bytes());
    refuses(", image 1: label 11.0, expected 1 to 10 (10 is the digit 0)");
    writer = new MatWriter(ByteOrder.LITTLE_ENDIAN, false);
    writer.array("X", UINT8_CLASS, UINT8, new byte[3072], 32, 32, 3, 1);
    byte[] nan =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(Double.NaN).array();
    write(writer.array("y", DOUBLE_CLASS, 9, nan, 1, 1).bytes());
    refuses(", image 0: label NaN, expected 1 to 10");
  }

  @Test
  void refusesFalseSizesBeforeItAllocates() throws IOException {
    write(
        new MatWriter(ByteOrder.LITTLE_ENDIAN, true)
            .array("X", UINT8_CLASS, UINT8, new byte[3072], 32, 32, 3, 140_000)
            .bytes());
    refuses("element at offset 128: 430080000 values of 1 bytes in 3072 bytes of data");
  }

  @Test
  void refusesFilesOfOtherFormats() throws IOException {
    write(new byte[0]);
    refuses(": offset 126: no byte order mark; is this a MATLAB 5 file?");
    byte[] hdf = new byte[200];
    System.arraycopy(new byte[] {(byte) 0x89, 'H', 'D', 'F'}, 0, hdf, 0, 4);
    write(hdf);
    refuses(": a MATLAB 7.3 (HDF5) file, expected MATLAB 5");
    byte[] whole =
        new MatWriter(ByteOrder.LITTLE_ENDIAN, false)
            .array("X", UINT8_CLASS, UINT8, new byte[3072], 32, 32, 3, 1)
            .bytes();
    write(Arrays.copyOf(whole, 1000));
    refuses(": element at offset 128: an element of 3128 bytes that ends beyond the file's 1000");
  }

  @Test
  void showsTheTreeWhereAFileIsMissing() throws IOException {
    Files.move(folder.resolve(TEST), folder.resolve("test_32x32(1).mat"));
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            folder
                + ": no file \"test_32x32.mat\"; did you mean \"test_32x32(1).mat\"?\nexpected:\n"
                + "  train_32x32.mat\n  test_32x32.mat\n"
                + "found: test_32x32(1).mat, train_32x32.mat");
    assertThatThrownBy(() -> new SvhnOptions(folder, 5000))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void theHostFindsTheFactory() {
    Discovery.assertListed(SvhnFactory.class);
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    DamagedFiles.check(folder, List.of(TRAIN, TEST), this::open);
  }
}
