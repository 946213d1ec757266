package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * A page's values.
 *
 * @param values those that are there
 * @param present which rows have one; empty where all have
 */
record PageContent(Values values, Optional<Present> present) {

  /** Returns the number of a row's value, or -1 for a null. */
  int place(int row) {
    return present.isPresent() ? present.get().place(row) : row;
  }

  long cost() {
    return values.cost() + present.map(Present::cost).orElse(0L);
  }

  /** Decodes a dictionary page. */
  static PageContent dictionary(PageHeader header, byte[] page, Column column, int codec)
      throws IOException {
    if (header.encoding() != Encoding.PLAIN && header.encoding() != Encoding.PLAIN_DICTIONARY) {
      throw new MalformedException(
          "a dictionary of encoding " + Encoding.name(header.encoding()) + ", expected PLAIN");
    }
    ByteBuffer bytes = ByteBuffer.wrap(Codec.inflate(codec, page, header.inflated()));
    return new PageContent(Values.plain(bytes, column.type(), header.values()), Optional.empty());
  }

  /**
   * Decodes a data page.
   *
   * @param dictionary the one that stands before the page, if one does
   */
  static PageContent data(
      PageHeader header, byte[] page, Column column, int codec, Optional<Values> dictionary)
      throws IOException {
    ByteBuffer levels;
    ByteBuffer bytes;
    if (header.kind() == PageHeader.DATA) {
      bytes =
          ByteBuffer.wrap(Codec.inflate(codec, page, header.inflated()))
              .order(ByteOrder.LITTLE_ENDIAN);
      levels = column.depth() > 0 ? levels(header, bytes) : ByteBuffer.allocate(0);
    } else {
      int start = header.repetitionLevels() + header.definitionLevels();
      byte[] stored = Arrays.copyOfRange(page, start, page.length);
      int inflated = header.inflated() - start;
      boolean isInflated = header.isCompressed() && inflated > 0;
      bytes = ByteBuffer.wrap(isInflated ? Codec.inflate(codec, stored, inflated) : stored);
      levels = ByteBuffer.wrap(page, header.repetitionLevels(), header.definitionLevels()).slice();
    }
    Optional<Present> present = Optional.empty();
    if (column.depth() > 0) {
      int width = 32 - Integer.numberOfLeadingZeros(column.depth());
      Runs runs = Runs.of(levels, width, header.values());
      present = Optional.of(Present.of(runs, header.values(), column.depth()));
    }
    int there = present.map(Present::count).orElse(header.values());
    return new PageContent(values(header, bytes.slice(), column, there, dictionary), present);
  }

  private static ByteBuffer levels(PageHeader header, ByteBuffer bytes) throws IOException {
    if (header.definitionEncoding() != Encoding.RLE) {
      throw new MalformedException(
          "definition levels of encoding "
              + Encoding.name(header.definitionEncoding())
              + ", expected RLE");
    }
    ByteBuffer levels = prefixed(bytes, "definition levels");
    bytes.position(bytes.position() + 4 + levels.limit());
    return levels;
  }

  private static ByteBuffer prefixed(ByteBuffer bytes, String what) throws IOException {
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int length = data.limit() < 4 ? -1 : data.getInt(0);
    if (length < 0 || length > data.limit() - 4) {
      throw new MalformedException(what + " of " + length + " bytes");
    }
    return data.slice(4, length);
  }

  private static Values values(
      PageHeader header, ByteBuffer bytes, Column column, int count, Optional<Values> dictionary)
      throws IOException {
    boolean isBytes = column.type() == Column.BYTE_ARRAY;
    boolean isBoolean = column.type() == Column.BOOLEAN;
    Values values =
        switch (header.encoding()) {
          case Encoding.PLAIN -> Values.plain(bytes, column.type(), count);
          case Encoding.PLAIN_DICTIONARY, Encoding.RLE_DICTIONARY ->
              indexed(bytes, count, dictionary);
          case Encoding.RLE -> isBoolean ? booleans(bytes, count) : null;
          case Encoding.DELTA_BINARY_PACKED ->
              isBytes || isBoolean ? null : numbers(bytes, column, count);
          case Encoding.DELTA_LENGTH_BYTE_ARRAY -> isBytes ? Delta.byteArrays(bytes, count) : null;
          case Encoding.DELTA_BYTE_ARRAY ->
              isBytes ? Delta.prefixed(bytes, count, PageHeader.LARGEST) : null;
          default -> null;
        };
    if (values == null) {
      throw new MalformedException(
          column.description() + " of encoding " + Encoding.name(header.encoding()));
    }
    return values;
  }

  private static Values booleans(ByteBuffer bytes, int count) throws IOException {
    long[] values = new long[count];
    Runs.of(prefixed(bytes, "booleans"), 1, count)
        .forEach((from, to, value) -> Arrays.fill(values, from, to, value));
    return new Values.Numbers(values);
  }

  private static Values numbers(ByteBuffer bytes, Column column, int count) throws IOException {
    long[] values = Delta.numbers(bytes, count);
    return new Values.Numbers(column.type() == Column.INT32 ? Delta.wrapped(values) : values);
  }

  private static Values indexed(ByteBuffer bytes, int count, Optional<Values> dictionary)
      throws IOException {
    if (dictionary.isEmpty()) {
      throw new MalformedException("values of a dictionary that is not there");
    }
    if (count > 0 && !bytes.hasRemaining()) {
      throw new MalformedException("a page without values");
    }
    int width = count > 0 ? bytes.get() : 0;
    return new Values.Indexed(dictionary.get(), Runs.of(bytes, width, count), count);
  }
}
