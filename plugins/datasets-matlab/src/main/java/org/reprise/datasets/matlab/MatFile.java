package org.reprise.datasets.matlab;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.InflaterInputStream;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * A MATLAB 5 file (MathWorks, "MAT-File Format", level 5): a header and a list of elements, each a
 * variable, mostly compressed by zlib. Only real numeric arrays are read; others are passed over.
 * Errors name the file and the element's offset. Nothing is kept open, and nothing is allocated
 * that the file's budget does not cover.
 */
final class MatFile {
  private static final int HEADER = 128;
  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;
  private static final int INT8 = 1;
  private static final int INT32 = 5;
  private static final int UINT32 = 6;
  private static final int FIRST_NUMERIC_CLASS = 6; // double
  private static final int LAST_NUMERIC_CLASS = 15; // uint64
  private static final int COMPLEX = 0x0800;
  private static final int MOST_VARIABLES = 10_000;
  private static final int DEFLATE_RATIO = 1032; // deflate's largest, so what a file can hold

  private final Path path;
  private final long length;
  private final ByteOrder order;
  private final Budget budget;

  private MatFile(Path path, long length, ByteOrder order) {
    this.path = path;
    this.length = length;
    this.order = order;
    this.budget = Budget.ofFile(length);
  }

  static MatFile open(Path path) throws IOException {
    try (InputStream stream = Files.newInputStream(path)) {
      byte[] header = stream.readNBytes(HEADER);
      String start = new String(header, 0, Math.min(header.length, 8), StandardCharsets.ISO_8859_1);
      if (start.startsWith("\u0089HDF") || start.equals("MATLAB 7")) {
        throw new IOException(path + ": a MATLAB 7.3 (HDF5) file, expected MATLAB 5");
      }
      int mark = header.length < HEADER ? 0 : (header[126] & 0xff) << 8 | (header[127] & 0xff);
      if (mark != 0x494d && mark != 0x4d49) {
        throw new IOException(path + ": offset 126: no byte order mark; is this a MATLAB 5 file?");
      }
      ByteOrder order = mark == 0x494d ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      int version = Short.toUnsignedInt(ByteBuffer.wrap(header).order(order).getShort(124));
      if (version != 0x0100) {
        throw new IOException(
            String.format("%s: offset 124: version 0x%04x, expected 0x0100", path, version));
      }
      return new MatFile(path, Files.size(path), order);
    }
  }

  /** Lists the real numeric arrays; of compressed ones only the beginning is inflated. */
  List<MatArray> arrays() throws IOException {
    List<MatArray> arrays = new ArrayList<>();
    long offset = HEADER;
    for (int i = 0; offset < length; i++) {
      if (i == MOST_VARIABLES) {
        throw damaged(offset, "more than " + MOST_VARIABLES + " variables");
      }
      Element element = element(offset);
      try (MatInput input = content(element)) {
        MatArray array = array(element, input);
        if (array != null) {
          arrays.add(array);
        }
      } catch (IOException e) {
        throw damaged(offset, e.getMessage());
      }
      offset = element.end();
    }
    return arrays;
  }

  /**
   * Opens the values of an array.
   *
   * @return a stream at the first value, which the caller closes
   */
  MatInput values(MatArray array) throws IOException {
    MatInput input = content(element(array.offset()));
    try {
      if (array(element(array.offset()), input) == null) {
        throw damaged(array.offset(), "the file has changed");
      }
      return input;
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** Reads all values of an array that the caller knows to be small. */
  double[] numbers(MatArray array) throws IOException {
    try (MatInput input = values(array)) {
      budget.charge(array.values(), array.storage().bytes() + Double.BYTES);
      byte[] bytes = new byte[Math.toIntExact(array.values() * array.storage().bytes())];
      input.read(bytes, 0, bytes.length);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
      double[] numbers = new double[(int) array.values()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] =
            switch (array.storage()) {
              case INT8 -> buffer.get();
              case UINT8 -> buffer.get() & 0xff;
              case INT16 -> buffer.getShort();
              case UINT16 -> Short.toUnsignedInt(buffer.getShort());
              case INT32 -> buffer.getInt();
              case UINT32 -> Integer.toUnsignedLong(buffer.getInt());
              case SINGLE -> buffer.getFloat();
              case DOUBLE -> buffer.getDouble();
              case INT64, UINT64 -> buffer.getLong();
            };
      }
      return numbers;
    } catch (IOException e) {
      throw damaged(array.offset(), e.getMessage());
    }
  }

  /** A top-level element: its tag at {@code offset}, {@code bytes} of content after it. */
  private record Element(int type, long offset, long bytes, long end) {}

  private Element element(long offset) throws IOException {
    if (offset + 8 > length) {
      throw damaged(offset, "the file ends within a tag");
    }
    try (InputStream stream = at(offset);
        MatInput input = new MatInput(stream, order, budget)) {
      MatInput.Tag tag = input.tag();
      if (tag.isSmall() || (tag.type() != MATRIX && tag.type() != COMPRESSED)) {
        throw damaged(offset, "an element of type " + tag.type() + ", expected a variable");
      }
      long end = offset + 8 + tag.bytes();
      if (end > length) {
        throw damaged(
            offset,
            "an element of " + tag.bytes() + " bytes that ends beyond the file's " + length);
      }
      // compressed elements are not padded
      long next = tag.type() == MATRIX ? (end + 7) / 8 * 8 : end;
      return new Element(tag.type(), offset, tag.bytes(), next);
    }
  }

  /** Returns the content of a matrix element, inflated, from its first sub-element on. */
  private MatInput content(Element element) throws IOException {
    InputStream stream = new BufferedInputStream(at(element.offset() + 8), 1 << 13);
    if (element.type() == MATRIX) {
      return new MatInput(stream, order, budget);
    }
    MatInput input = new MatInput(new InflaterInputStream(stream), order, budget);
    try {
      MatInput.Tag tag = input.tag();
      if (tag.type() != MATRIX || tag.isSmall()) {
        throw damaged(element.offset(), "a compressed element of type " + tag.type());
      }
      return input;
    } catch (IOException | RuntimeException e) {
      input.close();
      throw damaged(element.offset(), e.getMessage());
    }
  }

  /** Reads what stands before the values; null where the variable is no real numeric array. */
  private MatArray array(Element element, MatInput input) throws IOException {
    MatInput.Tag flagsTag = expect(input.tag(), UINT32, "flags");
    ByteBuffer flagsData = input.data(flagsTag);
    if (flagsData.remaining() != 8) {
      throw new IOException("array flags of " + flagsData.remaining() + " bytes, expected 8");
    }
    int flags = flagsData.getInt();
    int kind = flags & 0xff;
    if (kind < FIRST_NUMERIC_CLASS || kind > LAST_NUMERIC_CLASS || (flags & COMPLEX) != 0) {
      return null;
    }
    int[] shape = shape(input.data(expect(input.tag(), INT32, "dimensions")));
    ByteBuffer name = input.data(expect(input.tag(), INT8, "a name"));
    String text = StandardCharsets.ISO_8859_1.decode(name).toString();
    MatInput.Tag tag = input.tag();
    MatArray.Storage storage = MatArray.Storage.of(tag.type());
    if (storage == null) {
      throw new IOException("values of type " + tag.type() + ", expected a type of numbers");
    }
    long values = 1;
    for (int size : shape) {
      values = Math.min(values * size, 1L << 31); // beyond any file that is read here
    }
    long room = element.type() == COMPRESSED ? element.bytes() * DEFLATE_RATIO : element.bytes();
    if (values * storage.bytes() != tag.bytes() || tag.bytes() > room) {
      throw new IOException(
          String.format(
              "%d values of %d bytes in %d bytes of data in an element of %d bytes",
              values, storage.bytes(), tag.bytes(), element.bytes()));
    }
    budget.charge(Budget.SLOT + 2 * Budget.OBJECT);
    return new MatArray(text, shape, storage, values, element.offset());
  }

  private static int[] shape(ByteBuffer data) throws IOException {
    int[] shape = new int[data.remaining() / 4];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = data.getInt();
      if (shape[i] < 0) {
        throw new IOException("a negative dimension, " + shape[i]);
      }
    }
    if (shape.length < 2 || shape.length > 32) {
      throw new IOException(shape.length + " dimensions, expected 2 to 32");
    }
    return shape;
  }

  private static MatInput.Tag expect(MatInput.Tag tag, int type, String what) throws IOException {
    if (tag.type() != type) {
      throw new IOException("an element of type " + tag.type() + ", expected " + what);
    }
    return tag;
  }

  private InputStream at(long offset) throws IOException {
    InputStream stream = Files.newInputStream(path);
    try {
      stream.skipNBytes(offset);
      return stream;
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private IOException damaged(long offset, String what) {
    return what != null && what.startsWith(path.toString())
        ? new IOException(what)
        : new IOException(path + ": element at offset " + offset + ": " + what);
  }

  /**
   * Spends some of what may be allocated for this file.
   *
   * @param array what for
   * @param bytes about to be allocated
   * @throws IOException if that is more than there is
   */
  void charge(MatArray array, long bytes) throws IOException {
    try {
      budget.charge(bytes);
    } catch (BudgetException e) {
      throw damaged(array.offset(), e.getMessage());
    }
  }

  Path path() {
    return path;
  }
}
