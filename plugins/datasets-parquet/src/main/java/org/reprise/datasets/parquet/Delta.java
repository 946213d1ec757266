package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Parquet's delta encodings: differences of numbers, bit-packed in blocks. */
final class Delta {
  private static final int LARGEST_BLOCK = 1 << 20;

  private Delta() {}

  /**
   * Reads numbers (DELTA_BINARY_PACKED).
   *
   * @param bytes read from its position on and left behind the last miniblock
   * @param count how many there must be
   */
  static long[] numbers(ByteBuffer bytes, int count) throws IOException {
    try {
      long block = Varint.read(bytes, 5);
      long miniblocks = Varint.read(bytes, 5);
      long total = Varint.read(bytes, 5);
      long first = Varint.zigzag(Varint.read(bytes, 10));
      if (block < 8
          || block > LARGEST_BLOCK
          || miniblocks < 1
          || block % miniblocks != 0
          || block / miniblocks % 8 != 0) {
        throw new MalformedException("blocks of " + block + " values in " + miniblocks + " parts");
      }
      if (total != count) {
        throw new MalformedException(total + " delta values, expected " + count);
      }
      long[] values = new long[count];
      if (count > 0) {
        values[0] = first;
      }
      int filled = 1;
      while (filled < count) {
        filled = block(bytes, (int) (block / miniblocks), (int) miniblocks, values, filled);
      }
      return values;
    } catch (BufferUnderflowException e) {
      throw new MalformedException("the delta values end too early");
    }
  }

  private static int block(ByteBuffer bytes, int size, int miniblocks, long[] values, int from)
      throws IOException {
    long least = Varint.zigzag(Varint.read(bytes, 10));
    byte[] widths = new byte[miniblocks];
    bytes.get(widths);
    int filled = from;
    for (int i = 0; i < miniblocks && filled < values.length; i++) {
      int width = widths[i] & 0xff;
      if (width > 64) {
        throw new MalformedException("delta values of " + width + " bits");
      }
      int end = Math.min(values.length, filled + size);
      int start = bytes.position();
      // some writers leave the padding of the last part out
      int stored = (int) Math.min(bytes.remaining(), (long) size * width / 8);
      if (((long) (end - filled) * width + 7) / 8 > stored) {
        throw new BufferUnderflowException();
      }
      for (int k = 0; filled < end; k++, filled++) {
        values[filled] = values[filled - 1] + least + bits(bytes, start, (long) k * width, width);
      }
      bytes.position(start + stored);
    }
    return filled;
  }

  private static long bits(ByteBuffer bytes, int start, long bit, int width) {
    long value = 0;
    int have = 0;
    int at = start + (int) (bit >>> 3);
    int skip = (int) (bit & 7);
    while (have < width) {
      value |= ((long) (bytes.get(at++) & 0xff) >>> skip) << have;
      have += 8 - skip;
      skip = 0;
    }
    return width == 64 ? value : value & (1L << width) - 1;
  }

  /** Reads byte arrays whose lengths stand before them (DELTA_LENGTH_BYTE_ARRAY). */
  static Values.Slices byteArrays(ByteBuffer bytes, int count) throws IOException {
    long[] lengths = numbers(bytes, count);
    int[] starts = new int[count];
    int[] ends = new int[count];
    int at = bytes.position();
    for (int i = 0; i < count; i++) {
      if (lengths[i] < 0 || lengths[i] > bytes.limit() - at) {
        throw new MalformedException("value " + i + " of " + count + " ends beyond the page");
      }
      starts[i] = at;
      at += (int) lengths[i];
      ends[i] = at;
    }
    return new Values.Slices(bytes, starts, ends);
  }

  /**
   * Reads byte arrays that begin like the one before (DELTA_BYTE_ARRAY).
   *
   * @param most bytes that all of them may take together
   */
  static Values.Slices prefixed(ByteBuffer bytes, int count, long most) throws IOException {
    long[] prefixes = numbers(bytes, count);
    Values.Slices suffixes = byteArrays(bytes, count);
    long total = 0;
    long before = 0;
    for (int i = 0; i < count; i++) {
      if (prefixes[i] < 0 || prefixes[i] > before) {
        throw new MalformedException("value " + i + " of " + count + " shares more than there is");
      }
      before = prefixes[i] + suffixes.length(i);
      total += before;
      if (total > most) {
        throw new MalformedException(
            "values that share their beginnings and take more than " + most + " bytes together");
      }
    }
    byte[] all = new byte[(int) total];
    int[] starts = new int[count];
    int[] ends = new int[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      starts[i] = at;
      int prefix = (int) prefixes[i];
      if (prefix > 0) {
        System.arraycopy(all, starts[i - 1], all, at, prefix);
      }
      byte[] suffix = suffixes.bytes(i);
      System.arraycopy(suffix, 0, all, at + prefix, suffix.length);
      at += prefix + suffix.length;
      ends[i] = at;
    }
    return new Values.Slices(ByteBuffer.wrap(all), starts, ends);
  }

  /** Returns numbers of 32 bits, whose differences wrap around. */
  static long[] wrapped(long[] values) {
    return Arrays.stream(values).map(value -> (int) value).toArray();
  }
}
