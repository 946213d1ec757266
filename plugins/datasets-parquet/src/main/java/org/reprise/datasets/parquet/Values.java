package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The values of one page, as slices of its inflated bytes.
 *
 * @param data little-endian; absolute reads only
 * @param starts where each value begins
 * @param lengths bytes of each value; -1 for a null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Values(ByteBuffer data, int[] starts, int[] lengths) {

  /** Slices plain values: numbers one after the other, byte arrays each behind its length. */
  static Values plain(ByteBuffer bytes, int type, int count) throws IOException {
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int least = type == Column.INT64 ? 8 : 4;
    if (count > data.limit() / least) {
      throw new IOException(count + " values in " + data.limit() + " bytes");
    }
    int[] starts = new int[count];
    int[] lengths = new int[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int length = least;
      if (type == Column.BYTE_ARRAY) {
        length = at + 4 <= data.limit() ? data.getInt(at) : -1;
        at += 4;
      }
      if (length < 0 || length > data.limit() - at) {
        throw new IOException("value " + i + " of " + count + " ends beyond the page");
      }
      starts[i] = at;
      lengths[i] = length;
      at += length;
    }
    return new Values(data, starts, lengths);
  }

  /** Takes the values of a dictionary at indices. */
  Values at(int[] indices) throws IOException {
    int[] newStarts = new int[indices.length];
    int[] newLengths = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0 || indices[i] >= starts.length) {
        throw new IOException(
            "index " + indices[i] + " in a dictionary of " + starts.length + " values");
      }
      newStarts[i] = starts[indices[i]];
      newLengths[i] = lengths[indices[i]];
    }
    return new Values(data, newStarts, newLengths);
  }

  /** Puts nulls where the definition level is below {@code depth}. */
  Values spread(int[] levels, int depth) throws IOException {
    int[] newStarts = new int[levels.length];
    int[] newLengths = new int[levels.length];
    int next = 0;
    for (int i = 0; i < levels.length; i++) {
      if (levels[i] < depth) {
        newLengths[i] = -1;
      } else if (levels[i] > depth || next == starts.length) {
        throw new IOException("definition levels that do not fit the values");
      } else {
        newStarts[i] = starts[next];
        newLengths[i] = lengths[next++];
      }
    }
    return new Values(data, newStarts, newLengths);
  }

  int count() {
    return starts.length;
  }

  boolean isNull(int index) {
    return lengths[index] < 0;
  }

  byte[] bytes(int index) {
    byte[] value = new byte[lengths[index]];
    data.get(starts[index], value);
    return value;
  }

  long number(int index) {
    return lengths[index] == 8 ? data.getLong(starts[index]) : data.getInt(starts[index]);
  }
}
