package org.reprise.datasets.parquet;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** Packs numbers as Parquet's format describes it, by way of one large integer for each group. */
final class PackedNumbers {
  private PackedNumbers() {}

  static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while (left < 0 || left > 127) {
      out.write((int) ((left & 127) | 128));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static void zigzag(ByteArrayOutputStream out, long value) {
    varint(out, value << 1 ^ value >> 63);
  }

  private static void packed(ByteArrayOutputStream out, long[] values, int width) {
    BigInteger all = BigInteger.ZERO;
    BigInteger mask = BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
    for (int i = values.length - 1; i >= 0; i--) {
      all = all.shiftLeft(width).or(BigInteger.valueOf(values[i]).and(mask));
    }
    for (int i = 0; i < values.length * width / 8; i++) {
      out.write(all.shiftRight(8 * i).intValue());
    }
  }

  /** DELTA_BINARY_PACKED in blocks of 128 and miniblocks of 32. */
  static ByteBuffer delta(long[] values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, 128);
    varint(out, 4);
    varint(out, values.length);
    zigzag(out, values[0]);
    for (int block = 1; block < values.length; block += 128) {
      long least = Long.MAX_VALUE;
      for (int i = block; i < Math.min(values.length, block + 128); i++) {
        least = Math.min(least, values[i] - values[i - 1]);
      }
      zigzag(out, least);
      long[][] parts = new long[4][];
      int[] widths = new int[4];
      for (int part = 0; part < 4; part++) {
        int from = block + 32 * part;
        if (from < values.length) {
          parts[part] = new long[32];
          for (int i = from; i < Math.min(values.length, from + 32); i++) {
            long difference = values[i] - values[i - 1] - least;
            parts[part][i - from] = difference;
            widths[part] = Math.max(widths[part], 64 - Long.numberOfLeadingZeros(difference));
          }
        }
        out.write(widths[part]);
      }
      for (int part = 0; part < 4 && parts[part] != null; part++) {
        packed(out, parts[part], widths[part]);
      }
    }
    return ByteBuffer.wrap(out.toByteArray());
  }

  /** Runs where eight or more values are equal, groups of eight else. */
  static ByteBuffer hybrid(int[] values, int width) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    while (at < values.length) {
      int end = at;
      while (end < values.length && values[end] == values[at]) {
        end++;
      }
      if (end - at >= 8 || end == values.length) {
        varint(out, (long) (end - at) << 1);
        for (int i = 0; i < (width + 7) / 8; i++) {
          out.write(values[at] >>> (8 * i));
        }
        at = end;
      } else {
        long[] group = new long[8];
        for (int i = 0; i < 8 && at + i < values.length; i++) {
          group[i] = values[at + i];
        }
        varint(out, 1 << 1 | 1);
        packed(out, group, width);
        at += 8;
      }
    }
    return ByteBuffer.wrap(out.toByteArray());
  }
}
