package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The values of a page or a dictionary; nulls are left out. Immutable. */
interface Values {

  /** Returns how many there are. */
  int count();

  /** Returns about how many bytes they take. */
  long cost();

  /** Returns a byte array, in a new array. */
  byte[] bytes(int index) throws IOException;

  /** Returns an integer; of booleans 0 or 1. */
  long number(int index) throws IOException;

  /**
   * Byte arrays.
   *
   * @param data absolute reads only
   * @param starts where each begins
   * @param ends where each ends
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Slices(ByteBuffer data, int[] starts, int[] ends) implements Values {
    @Override
    public int count() {
      return starts.length;
    }

    int length(int index) {
      return ends[index] - starts[index];
    }

    @Override
    public long cost() {
      return data.limit() + 8L * starts.length;
    }

    @Override
    public byte[] bytes(int index) {
      byte[] value = new byte[length(index)];
      data.get(starts[index], value);
      return value;
    }

    @Override
    public long number(int index) {
      throw new UnsupportedOperationException("byte arrays");
    }
  }

  /**
   * Integers, or booleans as 0 and 1.
   *
   * @param values each
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Numbers(long[] values) implements Values {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public long cost() {
      return 8L * values.length;
    }

    @Override
    public byte[] bytes(int index) {
      throw new UnsupportedOperationException("integers");
    }

    @Override
    public long number(int index) {
      return values[index];
    }
  }

  /**
   * Values of a dictionary.
   *
   * @param dictionary holds each once
   * @param indices which, for each value
   * @param count how many
   */
  record Indexed(Values dictionary, Runs indices, int count) implements Values {
    @Override
    public long cost() {
      return indices.cost(); // the dictionary is another page
    }

    @Override
    public byte[] bytes(int index) throws IOException {
      return dictionary.bytes(place(index));
    }

    @Override
    public long number(int index) throws IOException {
      return dictionary.number(place(index));
    }

    private int place(int index) throws IOException {
      int place = indices.get(index);
      if (place < 0 || place >= dictionary.count()) {
        throw new MalformedException(
            "index "
                + Integer.toUnsignedLong(place)
                + " in a dictionary of "
                + dictionary.count()
                + " values");
      }
      return place;
    }
  }

  /** Reads plain values: numbers one after the other, byte arrays each behind its length. */
  static Values plain(ByteBuffer bytes, int type, int count) throws IOException {
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    long needed =
        switch (type) {
          case Column.BOOLEAN -> (count + 7L) / 8;
          case Column.INT64 -> 8L * count;
          default -> 4L * count;
        };
    if (needed > data.limit()) {
      throw new MalformedException(count + " values in " + data.limit() + " bytes");
    }
    if (type == Column.BYTE_ARRAY) {
      return slices(data, count);
    }
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          switch (type) {
            case Column.BOOLEAN -> data.get(i >> 3) >> (i & 7) & 1;
            case Column.INT64 -> data.getLong(8 * i);
            default -> data.getInt(4 * i);
          };
    }
    return new Numbers(numbers);
  }

  private static Values slices(ByteBuffer data, int count) throws IOException {
    int[] starts = new int[count];
    int[] ends = new int[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int length = at + 4 <= data.limit() ? data.getInt(at) : -1;
      at += 4;
      if (length < 0 || length > data.limit() - at) {
        throw new MalformedException("value " + i + " of " + count + " ends beyond the page");
      }
      starts[i] = at;
      at += length;
      ends[i] = at;
    }
    return new Slices(data, starts, ends);
  }
}
