package org.reprise.engine.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.data.ImageSize;

/**
 * The file that keeps one prepared split: a header of 4096 bytes, pixels {@code [n,h,w,3]} uint8,
 * labels {@code [n]} int32 with the low byte first.
 *
 * <p>The header begins with a magic number, the length of what follows and its CRC-32, so that a
 * file that is damaged, cut short or of another version is recognised and made anew. It is written
 * last.
 */
final class SampleFile {
  /** Of the layout. */
  private static final int VERSION = 1;

  private static final int HEADER_BYTES = 4096;
  private static final int MAX_TEXT = 300;
  private static final byte[] MAGIC = "reprise samples\n".getBytes(StandardCharsets.US_ASCII);

  private SampleFile() {}

  /**
   * What the header says.
   *
   * @param key identifies data set, options, sources and preparation
   * @param description for people
   * @param size of every image
   * @param count of samples
   * @param skipped images left out
   * @param firstSkipped why the first was
   * @param fingerprint of the content, see {@link Fingerprint}
   */
  record Header(
      String key,
      String description,
      ImageSize size,
      int count,
      int skipped,
      String firstSkipped,
      String fingerprint) {

    long imageBytes() {
      return 3L * size.height() * size.width();
    }

    long fileBytes() {
      return HEADER_BYTES + count * (imageBytes() + Integer.BYTES);
    }
  }

  /** Returns the offset of a sample's pixels. */
  static long offset(long imageBytes, int slot) {
    return HEADER_BYTES + slot * imageBytes;
  }

  /** Writes the labels behind the pixels. */
  static void writeLabels(FileChannel channel, long imageBytes, int[] labels) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(labels.length, Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(labels);
    write(channel, bytes, offset(imageBytes, labels.length));
  }

  /** Writes the header, which makes the file valid. */
  static void writeHeader(FileChannel channel, Header header) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(payload);
    out.writeInt(VERSION);
    out.writeUTF(header.key());
    out.writeUTF(cut(header.description()));
    out.writeInt(header.size().height());
    out.writeInt(header.size().width());
    out.writeInt(header.count());
    out.writeInt(header.skipped());
    out.writeUTF(cut(header.firstSkipped()));
    out.writeUTF(header.fingerprint());
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
    bytes.put(MAGIC).putInt(payload.size()).putInt(crc(payload.toByteArray()));
    bytes.put(payload.toByteArray());
    write(channel, bytes.rewind(), 0);
  }

  /** Writes a whole buffer. */
  static void write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
    for (long at = offset; bytes.hasRemaining(); ) {
      at += channel.write(bytes, at);
    }
  }

  /**
   * Reads the header.
   *
   * @param file any file
   * @return empty if it is missing, damaged, cut short, or of another version
   */
  static Optional<Header> readHeader(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      bytes.flip();
      byte[] magic = new byte[MAGIC.length];
      if (bytes.remaining() < HEADER_BYTES) {
        return Optional.empty();
      }
      bytes.get(magic);
      int length = bytes.getInt();
      int crc = bytes.getInt();
      if (!java.util.Arrays.equals(magic, MAGIC) || length < 0 || length > bytes.remaining()) {
        return Optional.empty();
      }
      byte[] payload = new byte[length];
      bytes.get(payload);
      if (crc(payload) != crc) {
        return Optional.empty();
      }
      return parse(payload).filter(header -> header.fileBytes() == size(channel));
    }
  }

  private static long size(FileChannel channel) {
    try {
      return channel.size();
    } catch (IOException e) {
      return -1;
    }
  }

  private static Optional<Header> parse(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    if (in.readInt() != VERSION) {
      return Optional.empty();
    }
    String key = in.readUTF();
    String description = in.readUTF();
    ImageSize size = new ImageSize(in.readInt(), in.readInt());
    return Optional.of(
        new Header(key, description, size, in.readInt(), in.readInt(), in.readUTF(), in.readUTF()));
  }

  /** Reads the labels. */
  static int[] labels(Path file, Header header) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(header.count() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long start = offset(header.imageBytes(), header.count());
      while (bytes.hasRemaining() && channel.read(bytes, start + bytes.position()) >= 0) {}
    }
    int[] labels = new int[header.count()];
    bytes.flip().asIntBuffer().get(labels);
    return labels;
  }

  /**
   * Maps the pixels into memory; the operating system reads them when they are used and may drop
   * them again. libtorch maps, so that size is no matter (Java's mappings end at 2 GiB).
   *
   * @return {@code [n,h,w,3]} uint8 in the caller's scope; the mapping lives as long as the tensor
   */
  static Tensor pixels(Path file, Header header) {
    long bytes = header.count() * header.imageBytes();
    Tensor all =
        torch.from_file(
            file.toString(),
            new BoolOptional(false),
            new LongOptional(HEADER_BYTES + bytes),
            new TensorOptions(ScalarType.Byte));
    return all.narrow(0, HEADER_BYTES, bytes)
        .view(header.count(), header.size().height(), header.size().width(), 3);
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
