package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Parquet's hybrid of runs and bit-packed groups, which holds levels and dictionary indices. */
final class Levels {
  private Levels() {}

  /**
   * Decodes.
   *
   * @param bytes from the first run on
   * @param width bits of a value, 0 to 32
   * @param count how many values to take
   * @return {@code count} values
   * @throws IOException if there are fewer
   */
  static int[] decode(ByteBuffer bytes, int width, int count) throws IOException {
    if (width < 0 || width > 32) {
      throw new IOException("values of " + width + " bits");
    }
    int[] values = new int[count];
    if (width == 0) {
      return values;
    }
    try {
      int filled = 0;
      while (filled < count) {
        long header = varint(bytes);
        filled =
            (header & 1) == 0
                ? run(bytes, width, header >>> 1, values, filled)
                : packed(bytes, width, header >>> 1, values, filled);
      }
    } catch (BufferUnderflowException e) {
      throw new IOException("the levels or indices end too early", e);
    }
    return values;
  }

  private static int run(ByteBuffer bytes, int width, long length, int[] values, int filled)
      throws IOException {
    if (length == 0) {
      throw new IOException("an empty run");
    }
    int value = 0;
    for (int i = 0; i < (width + 7) / 8; i++) {
      value |= (bytes.get() & 0xff) << (8 * i);
    }
    int end = (int) Math.min(values.length, filled + length);
    java.util.Arrays.fill(values, filled, end, value);
    return end;
  }

  private static int packed(ByteBuffer bytes, int width, long groups, int[] values, int filled)
      throws IOException {
    if (groups == 0) {
      throw new IOException("an empty group");
    }
    int end = (int) Math.min(values.length, filled + groups * 8);
    long bits = 0;
    int held = 0;
    for (int i = filled; i < end; i++) {
      while (held < width) {
        bits |= (long) (bytes.get() & 0xff) << held;
        held += 8;
      }
      values[i] = (int) (bits & ((1L << width) - 1));
      bits >>>= width;
      held -= width;
    }
    // what is left of the groups is padding, which ends the run or the page
    long rest = groups * width - ((long) (end - filled) * width + 7) / 8;
    bytes.position((int) Math.min(bytes.limit(), bytes.position() + Math.max(0, rest)));
    return end;
  }

  private static long varint(ByteBuffer bytes) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a run of more than 2^35 values");
  }
}
