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
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.reprise.api.data.ImageSize;

/**
 * The layout of the file that keeps one prepared split: a header of 4096 bytes, pixels {@code
 * [n,h,w,3]} uint8, and a table: labels {@code [n]} int32, then the CRC-32C of each image's pixels
 * {@code [n]} int32, both with the low byte first.
 *
 * <p>The header begins with a magic number and the CRC-32C of all that follows in it, and holds
 * that of the table. So a change of any byte of the file is noticed by who reads that byte, and an
 * image is read and verified without the others. The header is written last.
 */
final class SampleFile {
  /** Of the layout. */
  private static final int VERSION = 2;

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
   * @param count of samples, at least 1
   * @param skipped images left out
   * @param firstSkipped why the first was
   * @param fingerprint of the content, see {@link Fingerprint}
   * @param tableChecksum CRC-32C of the table
   */
  record Header(
      String key,
      String description,
      ImageSize size,
      int count,
      int skipped,
      String firstSkipped,
      String fingerprint,
      int tableChecksum) {}

  /**
   * What is known of each sample beside its pixels.
   *
   * @param labels {@code [n]}
   * @param checksums {@code [n]}, CRC-32C of each image's pixels
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
  record Table(int[] labels, int[] checksums) {

    ByteBuffer encode() {
      ByteBuffer bytes = littleEndian(tableBytes(labels.length));
      bytes.asIntBuffer().put(labels).put(checksums);
      return bytes;
    }
  }

  /** Returns the bytes that the pixels of an image take. */
  static long imageBytes(ImageSize size) {
    return 3L * size.height() * size.width();
  }

  /** Returns the offset of a sample's pixels; of the table, if the index is the count. */
  static long offset(long imageBytes, int index) {
    return HEADER_BYTES + index * imageBytes;
  }

  private static int tableBytes(int count) {
    return Math.multiplyExact(count, 2 * Integer.BYTES);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the header as it is written at the beginning of the file. */
  static ByteBuffer encode(Header header) throws IOException {
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
    out.writeInt(header.tableChecksum());
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
    int start = MAGIC.length + Integer.BYTES;
    bytes.put(start, payload.toByteArray());
    bytes.put(MAGIC).putInt(checksum(bytes.slice(start, HEADER_BYTES - start)));
    return bytes.rewind();
  }

  /** Writes a whole buffer. */
  static void write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
    for (long at = offset; bytes.hasRemaining(); ) {
      at += channel.write(bytes, at);
    }
  }

  /** Fills a buffer, and rewinds it. */
  private static void read(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
    for (long at = offset; bytes.hasRemaining(); ) {
      int count = channel.read(bytes, at);
      if (count < 0) {
        throw new DamagedFileException("ends after " + at + " bytes");
      }
      at += count;
    }
    bytes.rewind();
  }

  /**
   * Reads the header, and compares what it says with the length of the file.
   *
   * @throws DamagedFileException if it is damaged, of another version or of a file of another
   *     length
   */
  static Header readHeader(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
    read(channel, bytes, 0);
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new DamagedFileException("does not begin as a file of prepared images does");
    }
    int checksum = bytes.getInt();
    if (checksum(bytes.slice()) != checksum) {
      throw new DamagedFileException("has a damaged header, or one of another version");
    }
    byte[] payload = new byte[bytes.remaining()];
    bytes.get(payload);
    Header header = parse(payload);
    long expected = offset(imageBytes(header.size()), header.count()) + tableBytes(header.count());
    if (channel.size() != expected) {
      throw new DamagedFileException(
          String.format(
              Locale.ROOT, "takes %d bytes, not %d as its header says", channel.size(), expected));
    }
    return header;
  }

  /** Parses without trust: a checksum that fits does not mean that the numbers make sense. */
  private static Header parse(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    try {
      int version = in.readInt();
      if (version != VERSION) {
        throw new DamagedFileException("is of version " + version + ", not " + VERSION);
      }
      String key = in.readUTF();
      String description = in.readUTF();
      ImageSize size = new ImageSize(in.readInt(), in.readInt());
      Header header =
          new Header(
              key,
              description,
              size,
              in.readInt(),
              in.readInt(),
              in.readUTF(),
              in.readUTF(),
              in.readInt());
      if (header.count() < 1
          || header.skipped() < 0
          || header.count() > Integer.MAX_VALUE / (2 * Integer.BYTES)
          || (double) size.height() * size.width() * 3 > Integer.MAX_VALUE) {
        throw new DamagedFileException("has numbers in its header that cannot be");
      }
      return header;
    } catch (DamagedFileException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) { // of the texts, of the size
      throw new DamagedFileException("has a header that cannot be read");
    }
  }

  /**
   * Reads the table and verifies it.
   *
   * @throws DamagedFileException if it is not what was written
   */
  static Table readTable(FileChannel channel, Header header) throws IOException {
    ByteBuffer bytes = littleEndian(tableBytes(header.count()));
    read(channel, bytes, offset(imageBytes(header.size()), header.count()));
    if (checksum(bytes.duplicate()) != header.tableChecksum()) {
      throw new DamagedFileException("has labels or checksums that are not what was written");
    }
    Table table = new Table(new int[header.count()], new int[header.count()]);
    bytes.asIntBuffer().get(table.labels()).get(table.checksums());
    return table;
  }

  /**
   * Reads neighbouring images and verifies each.
   *
   * @param channel of the file
   * @param imageBytes of each image
   * @param checksums of all images
   * @param first of the images wanted
   * @param pixels where to; its size says how many images are wanted; filled and rewound
   * @throws DamagedFileException if one is not what was written
   */
  static void readImages(
      FileChannel channel, int imageBytes, int[] checksums, int first, ByteBuffer pixels)
      throws IOException {
    read(channel, pixels, offset(imageBytes, first));
    for (int i = 0; i < pixels.capacity() / imageBytes; i++) {
      if (checksum(pixels.slice(i * imageBytes, imageBytes)) != checksums[first + i]) {
        throw new DamagedFileException(
            String.format(
                Locale.ROOT,
                "has pixels of image %d of %d that are not what was written",
                first + i,
                checksums.length));
      }
    }
  }

  /** Returns the CRC-32C of what remains in a buffer: by the processor's own instruction. */
  static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }
}
