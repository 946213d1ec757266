package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.reprise.datasets.parquet.ThriftStruct.MalformedException;

/**
 * Header of a page and how its bytes become values.
 *
 * @param kind {@link #DATA}, {@link #DATA_V2}, {@link #DICTIONARY} or another number
 * @param inflated bytes of the page once inflated, levels included
 * @param stored bytes of the page in the file
 * @param values how many, nulls included
 * @param encoding of the values, Parquet's number
 * @param levels version 2: bytes of levels before the values
 * @param definitionLevels version 2: how many of these, at their end, are definition levels
 * @param isCompressed version 2: whether the values are compressed
 */
record Page(
    int kind,
    int inflated,
    int stored,
    int values,
    int encoding,
    int levels,
    int definitionLevels,
    boolean isCompressed) {
  static final int DATA = 0;
  static final int DICTIONARY = 2;
  static final int DATA_V2 = 3;

  private static final int PLAIN = 0;
  private static final int PLAIN_DICTIONARY = 2;
  private static final int RLE = 3;
  private static final int RLE_DICTIONARY = 8;
  private static final int MOST_VALUES = 1 << 24;
  private static final int ALWAYS_ALLOWED = 1 << 24; // bytes of an inflated page
  private static final int MOST_ALLOWED = 1 << 28;
  private static final int RATIO = 1100;

  static Page read(ByteBuffer bytes) throws MalformedException {
    ThriftStruct header = ThriftStruct.read(bytes);
    int kind = (int) header.number(1);
    long inflated = header.number(2);
    long stored = header.number(3);
    if (stored < 0
        || inflated < 0
        || inflated > Math.max(ALWAYS_ALLOWED, Math.min(MOST_ALLOWED, stored * RATIO))) {
      throw new MalformedException(
          "a page of " + stored + " bytes that inflates to " + inflated + ", which is too much");
    }
    if (kind == DATA) {
      ThriftStruct data = header.struct(5);
      if (data.number(3, RLE) != RLE) {
        throw new MalformedException("definition levels of encoding " + data.number(3));
      }
      return new Page(
          kind, (int) inflated, (int) stored, values(data), (int) data.number(2), 0, 0, true);
    } else if (kind == DATA_V2) {
      ThriftStruct data = header.struct(8);
      long definition = data.number(5);
      long repetition = data.number(6);
      long levels = definition + repetition;
      if (definition < 0 || repetition < 0 || levels > Math.min(inflated, stored)) {
        throw new MalformedException("levels of " + levels + " bytes in a page of " + stored);
      }
      return new Page(
          kind,
          (int) inflated,
          (int) stored,
          values(data),
          (int) data.number(4),
          (int) levels,
          (int) definition,
          data.flag(7, true));
    } else if (kind == DICTIONARY) {
      ThriftStruct data = header.struct(7);
      return new Page(
          kind, (int) inflated, (int) stored, values(data), (int) data.number(2), 0, 0, true);
    }
    return new Page(kind, (int) inflated, (int) stored, 0, 0, 0, 0, true);
  }

  private static int values(ThriftStruct header) throws MalformedException {
    long values = header.number(1);
    if (values < 0 || values > MOST_VALUES) {
      throw new MalformedException("a page of " + values + " values");
    }
    return (int) values;
  }

  /** Decodes a dictionary page. */
  Values dictionary(byte[] page, Column column, int codec) throws IOException {
    if (encoding != PLAIN && encoding != PLAIN_DICTIONARY) {
      throw new IOException("a dictionary of encoding " + encoding + ", expected plain");
    }
    byte[] bytes = Codec.inflate(codec, page, inflated);
    return Values.plain(ByteBuffer.wrap(bytes), column.type(), values);
  }

  /**
   * Decodes a data page.
   *
   * @param dictionary may be null where none stands before the page
   */
  Values decode(byte[] page, Column column, int codec, Values dictionary) throws IOException {
    int[] levels = null;
    ByteBuffer bytes;
    if (kind == DATA) {
      bytes = ByteBuffer.wrap(Codec.inflate(codec, page, inflated)).order(ByteOrder.LITTLE_ENDIAN);
      if (column.depth() > 0) {
        int length = bytes.remaining() < 4 ? -1 : bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
          throw new IOException("definition levels of " + length + " bytes");
        }
        levels = levels(bytes.slice(bytes.position(), length), column);
        bytes.position(bytes.position() + length);
      }
    } else {
      int start = levels();
      byte[] stored = Arrays.copyOfRange(page, start, page.length);
      byte[] content = isCompressed ? Codec.inflate(codec, stored, inflated - start) : stored;
      bytes = ByteBuffer.wrap(content);
      if (column.depth() > 0) {
        levels =
            levels(
                ByteBuffer.wrap(page, start - definitionLevels, definitionLevels).slice(), column);
      }
    }
    int depth = column.depth();
    int present =
        levels == null ? values : (int) Arrays.stream(levels).filter(l -> l == depth).count();
    Values decoded = values(bytes, column, present, dictionary);
    return levels == null ? decoded : decoded.spread(levels, depth);
  }

  private int[] levels(ByteBuffer bytes, Column column) throws IOException {
    return Levels.decode(bytes, 32 - Integer.numberOfLeadingZeros(column.depth()), values);
  }

  private Values values(ByteBuffer bytes, Column column, int present, Values dictionary)
      throws IOException {
    if (encoding == PLAIN) {
      return Values.plain(bytes, column.type(), present);
    }
    if (encoding != PLAIN_DICTIONARY && encoding != RLE_DICTIONARY) {
      throw new IOException(
          "values of encoding " + encoding + ", expected plain (0) or dictionary (2, 8)");
    }
    if (dictionary == null) {
      throw new IOException("values of a dictionary that is not there");
    }
    if (present == 0) {
      return dictionary.at(new int[0]);
    }
    if (!bytes.hasRemaining()) {
      throw new IOException("a page without values");
    }
    int width = bytes.get();
    return dictionary.at(Levels.decode(bytes.slice(), width, present));
  }
}
