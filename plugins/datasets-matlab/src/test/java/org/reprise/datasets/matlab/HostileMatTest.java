package org.reprise.datasets.matlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.Split;
import org.reprise.testkit.FakeDatasetContext;
import org.reprise.testkit.HostileFiles;

/** MATLAB files made to fill memory or to hang: each is refused by name, and costs little. */
class HostileMatTest {
  private static final long MOST_BYTES = 320L << 20; // allocated, garbage included
  private static final int IMAGE = 32 * 32 * 3;
  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;

  @TempDir private Path folder;

  private Dataset open(byte[] train) throws IOException {
    Files.write(folder.resolve("train_32x32.mat"), train);
    Files.write(folder.resolve("test_32x32.mat"), file(images(2, 2), labels(2)));
    return new SvhnFactory().create(new SvhnOptions(folder, 32), new FakeDatasetContext());
  }

  private static byte[] file(byte[]... elements) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] header = new byte[128];
    little(header).putShort(124, (short) 0x0100).putShort(126, (short) 0x4d49);
    file.writeBytes(header);
    for (byte[] element : elements) {
      file.writeBytes(element);
    }
    return file.toByteArray();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] tag(int type, long bytes) {
    byte[] tag = new byte[8];
    little(tag).putInt(0, type).putInt(4, (int) bytes);
    return tag;
  }

  /** A compressed variable whose data are zeros, as many as it says or fewer. */
  private static byte[] variable(
      String name, int kind, int type, long claimed, long real, int... shape) {
    byte[] text =
        Arrays.copyOf(
            name.getBytes(java.nio.charset.StandardCharsets.US_ASCII), (name.length() + 7) / 8 * 8);
    byte[] head = new byte[16 + 8 + (shape.length + 1) / 2 * 8];
    ByteBuffer into = little(head);
    into.put(tag(6, 8)).putInt(kind).putInt(0).put(tag(5, 4L * shape.length));
    Arrays.stream(shape).forEach(into::putInt);
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream stream = new DeflaterOutputStream(deflated)) {
      stream.write(tag(MATRIX, head.length + 16 + text.length + claimed));
      stream.write(head);
      stream.write(tag(1, name.length()));
      stream.write(text);
      stream.write(tag(type, claimed));
      byte[] zeros = new byte[1 << 16];
      for (long left = real; left > 0; left -= zeros.length) {
        stream.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    byte[] content = deflated.toByteArray();
    byte[] element = Arrays.copyOf(tag(COMPRESSED, content.length), 8 + content.length);
    System.arraycopy(content, 0, element, 8, content.length);
    return element;
  }

  private static byte[] images(int claimed, int real) {
    return variable("X", 9, 2, (long) claimed * IMAGE, (long) real * IMAGE, 32, 32, 3, claimed);
  }

  private static byte[] labels(int count) {
    return variable("y", 9, 2, count, count, count, 1);
  }

  @Test
  void aSoundFileOfTheSameMakerIsRead() throws IOException {
    try (Dataset data = open(file(images(3, 3), labels(3)))) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(3);
      assertThat(data.read(Split.TRAIN, 2).label()).isZero();
    }
  }

  private static Map<String, byte[]> cases() {
    Map<String, byte[]> cases = new LinkedHashMap<>();
    int many = 150_000;
    cases.put("460 MB of black images", file(images(many, many), labels(many)));
    cases.put("images that are not there", file(images(many, 1), labels(many)));
    byte[] named = variable("n".repeat(60_000), 9, 2, 1, 1, 1, 1);
    byte[][] names = new byte[9_000][];
    Arrays.fill(names, named);
    cases.put("a gigabyte of names", file(names));
    byte[][] variables = new byte[10_001][];
    Arrays.fill(variables, variable("v", 9, 2, 1, 1, 1, 1));
    cases.put("10,001 variables", file(variables));
    cases.put("labels of 2 GB", file(images(2, 2), variable("y", 6, 9, 1L << 31, 8, 1 << 28, 1)));
    cases.put("sizes that overflow", file(variable("X", 9, 2, 0, 0, 1 << 30, 1 << 30, 1 << 30, 4)));
    byte[] cut = file(images(100, 100), labels(100));
    cases.put("a file that ends early", Arrays.copyOf(cut, 200));
    byte[] garbage = cut.clone();
    Arrays.fill(garbage, 140, 200, (byte) 0x5a);
    cases.put("a stream that is none", garbage);
    return cases;
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void eachIsRefusedByNameAndCostsLittle() {
    HostileFiles.check(
        cases(), this::open, folder.resolve("train_32x32.mat"), Exception.class, MOST_BYTES);
  }
}
