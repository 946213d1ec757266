package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.reprise.budget.Budget;

/**
 * Header of a page.
 *
 * @param kind {@link #DATA}, {@link #DATA_V2}, {@link #DICTIONARY} or another number
 * @param inflated bytes of the page once inflated, levels included
 * @param stored bytes of the page in the file
 * @param values how many, nulls included; 0 of other kinds
 * @param encoding of the values
 * @param definitionEncoding version 1: of the definition levels
 * @param definitionLevels version 2: bytes of definition levels before the values
 * @param repetitionLevels version 2: bytes of repetition levels before these
 * @param isCompressed version 2: whether the values are compressed
 */
record PageHeader(
    int kind,
    int inflated,
    int stored,
    int values,
    int encoding,
    int definitionEncoding,
    int definitionLevels,
    int repetitionLevels,
    boolean isCompressed) {
  static final int DATA = 0;
  static final int DICTIONARY = 2;
  static final int DATA_V2 = 3;

  /** Bytes of a page, stored or inflated: several are in memory at once. */
  static final long LARGEST = Math.min(1L << 28, Runtime.getRuntime().maxMemory() / 8);

  private static final long ALWAYS_ALLOWED = 1 << 24; // inflated, however short it is stored
  private static final int RATIO = 1100; // more than deflate's largest

  boolean holdsRows() {
    return kind == DATA || kind == DATA_V2;
  }

  /** Reads a header and leaves the buffer behind it. */
  static PageHeader read(ByteBuffer bytes, Budget budget) throws IOException {
    long[] top = {-1, -1, -1}; // kind, inflated, stored
    long[] data = {0, -1, Encoding.RLE, 0, 0, 1}; // see the record
    Thrift thrift = new Thrift(bytes, budget);
    thrift.top(
        id -> {
          switch (id) {
            case 1, 2, 3 -> top[id - 1] = thrift.number();
            case 5 -> thrift.struct(field -> version1(thrift, field, data));
            case 7 -> thrift.struct(field -> field <= 2 && number(thrift, data, field - 1));
            case 8 -> thrift.struct(field -> version2(thrift, field, data));
            default -> {
              return false;
            }
          }
          return true;
        });
    int kind = number(top[0], 127, "kind");
    long most = Math.max(ALWAYS_ALLOWED, top[2] * RATIO);
    if (top[2] < 0 || top[2] > LARGEST || top[1] < 0 || top[1] > Math.min(LARGEST, most)) {
      throw new MalformedException(
          "a page of "
              + top[2]
              + " bytes that inflates to "
              + top[1]
              + ", which is too much; at most "
              + LARGEST
              + " are read with this heap");
    }
    boolean isKnown = kind == DATA || kind == DATA_V2 || kind == DICTIONARY;
    if (isKnown && (data[3] + data[4] > Math.min(top[1], top[2]))) {
      throw new MalformedException(
          "levels of " + (data[3] + data[4]) + " bytes in a page of " + top[2]);
    }
    return new PageHeader(
        kind,
        (int) top[1],
        (int) top[2],
        isKnown ? number(data[0], Integer.MAX_VALUE, "number of values") : 0,
        isKnown ? number(data[1], 127, "encoding") : 0,
        number(data[2], 127, "encoding"),
        (int) data[3],
        (int) data[4],
        data[5] != 0);
  }

  private static boolean version1(Thrift thrift, int field, long[] data) throws IOException {
    return field <= 3 && number(thrift, data, field - 1);
  }

  private static boolean version2(Thrift thrift, int field, long[] data) throws IOException {
    switch (field) {
      case 1 -> data[0] = thrift.number();
      case 4 -> data[1] = thrift.number();
      case 5 -> data[3] = number(thrift.number(), Integer.MAX_VALUE, "number of levels' bytes");
      case 6 -> data[4] = number(thrift.number(), Integer.MAX_VALUE, "number of levels' bytes");
      case 7 -> data[5] = thrift.flag() ? 1 : 0;
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean number(Thrift thrift, long[] data, int place) throws IOException {
    data[place] = thrift.number();
    return true;
  }

  private static int number(long value, int most, String what) throws MalformedException {
    if (value < 0 || value > most) {
      throw new MalformedException("a page whose " + what + " is " + value);
    }
    return (int) value;
  }
}
