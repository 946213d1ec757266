package org.reprise.datasets.matlab;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.reprise.budget.Budget;

/**
 * A stream of the sub-elements of one MATLAB element, in the file's byte order; knows how many
 * bytes it has given out. Reading past the end is an error.
 */
final class MatInput implements AutoCloseable {
  private static final int LONGEST_SMALL = 1 << 16;

  private final InputStream stream;
  private final ByteOrder order;
  private final Budget budget;
  private long position;

  /**
   * Reads on from a stream.
   *
   * @param stream closed with this
   * @param order of bytes
   * @param budget the file's, charged before anything is allocated
   */
  MatInput(InputStream stream, ByteOrder order, Budget budget) {
    this.stream = stream;
    this.order = order;
    this.budget = budget;
  }

  /**
   * The tag of a sub-element.
   *
   * @param type number of its data type
   * @param bytes length of its data
   * @param isSmall whether the data stand in the tag itself
   */
  record Tag(int type, long bytes, boolean isSmall) {}

  long position() {
    return position;
  }

  Tag tag() throws IOException {
    int first = bytes(4).getInt();
    if (first >>> 16 != 0) { // small: 16 bits of length, 16 bits of type, 4 bytes of data
      if (first >>> 16 > 4) {
        throw new IOException("a small element of " + (first >>> 16) + " bytes, at most 4 fit");
      }
      return new Tag(first & 0xffff, first >>> 16, true);
    }
    return new Tag(first, Integer.toUnsignedLong(bytes(4).getInt()), false);
  }

  /** Reads the data of a short sub-element and the padding after it. */
  ByteBuffer data(Tag tag) throws IOException {
    if (tag.bytes() > LONGEST_SMALL) {
      throw new IOException("an element of " + tag.bytes() + " bytes where a short one belongs");
    }
    int width = tag.isSmall() ? 4 : 8;
    int padded = ((int) tag.bytes() + width - 1) / width * width;
    budget.charge(Budget.TEXT + 2L * padded); // a name becomes a text as well
    return bytes(tag.isSmall() ? 4 : padded).limit((int) tag.bytes());
  }

  /** Fills {@code target} from {@code offset} on. */
  void read(byte[] target, int offset, int length) throws IOException {
    int read = stream.readNBytes(target, offset, length);
    position += read;
    if (read < length) {
      throw new EOFException("the data end after " + position + " bytes");
    }
  }

  private ByteBuffer bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    read(bytes, 0, count);
    return ByteBuffer.wrap(bytes).order(order);
  }

  ByteOrder order() {
    return order;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
