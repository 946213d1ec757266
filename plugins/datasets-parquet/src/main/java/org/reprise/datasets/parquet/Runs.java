package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Parquet's hybrid of runs and bit-packed groups, which holds levels, dictionary indices and
 * booleans. It stays as it is written: a run of millions of values takes no more than a short one.
 */
final class Runs {
  private final ByteBuffer bytes;
  private final int width;
  private int[] ends = new int[4]; // of each run, in values
  private int[] content = new int[4]; // the value of a run, or where packed bits begin
  private boolean[] isPacked = new boolean[4];
  private int number;

  private Runs(ByteBuffer bytes, int width) {
    this.bytes = bytes;
    this.width = width;
  }

  /**
   * Finds the runs.
   *
   * @param bytes from the first run on; kept
   * @param width bits of a value, 0 to 32
   * @param count how many values there must be
   * @throws IOException if there are fewer
   */
  static Runs of(ByteBuffer bytes, int width, int count) throws IOException {
    if (width < 0 || width > 32) {
      throw new MalformedException("values of " + width + " bits");
    }
    ByteBuffer data = bytes.slice();
    Runs runs = new Runs(data, width);
    if (width == 0 || count == 0) {
      runs.add(count, 0, false);
      return runs;
    }
    try {
      int filled = 0;
      while (filled < count) {
        long header = Varint.read(data, 5);
        long length = header >>> 1;
        if (length == 0) {
          throw new MalformedException("an empty run");
        }
        if ((header & 1) == 0) {
          int value = 0;
          for (int i = 0; i < (width + 7) / 8; i++) {
            value |= (data.get() & 0xff) << (8 * i);
          }
          filled = (int) Math.min(count, filled + length);
          runs.add(filled, value, false);
        } else {
          int end = (int) Math.min(count, filled + length * 8);
          long needed = ((long) (end - filled) * width + 7) / 8;
          if (needed > data.remaining()) {
            throw new BufferUnderflowException();
          }
          runs.add(end, data.position(), true);
          filled = end;
          // what is left of the groups is padding, which ends the run or the page
          data.position((int) Math.min(data.limit(), data.position() + length * width));
        }
      }
    } catch (BufferUnderflowException e) {
      throw new MalformedException("the levels or indices end too early");
    }
    return runs;
  }

  private void add(int end, int what, boolean packed) {
    if (number == ends.length) {
      ends = Arrays.copyOf(ends, 2 * number);
      content = Arrays.copyOf(content, 2 * number);
      isPacked = Arrays.copyOf(isPacked, 2 * number);
    }
    ends[number] = end;
    content[number] = what;
    isPacked[number++] = packed;
  }

  /** Takes stretches of equal values. */
  interface Stretch {
    void take(int from, int to, int value) throws IOException;
  }

  /** Hands over all values in order; those of packed groups one by one. */
  void forEach(Stretch stretch) throws IOException {
    int begin = 0;
    for (int run = 0; run < number; run++) {
      if (isPacked[run]) {
        for (int i = begin; i < ends[run]; i++) {
          stretch.take(i, i + 1, packed(run, i - begin));
        }
      } else if (ends[run] > begin) {
        stretch.take(begin, ends[run], content[run]);
      }
      begin = ends[run];
    }
  }

  /** Returns one value; of 32 bits it may be negative. */
  int get(int index) {
    int found = Arrays.binarySearch(ends, 0, number, index + 1);
    int run = found >= 0 ? found : -found - 1;
    return isPacked[run] ? packed(run, index - (run == 0 ? 0 : ends[run - 1])) : content[run];
  }

  private int packed(int run, int index) {
    long bit = (long) index * width;
    int at = content[run] + (int) (bit >>> 3);
    long bits = 0;
    for (int i = 0; i < 5 && at + i < bytes.limit(); i++) {
      bits |= (long) (bytes.get(at + i) & 0xff) << (8 * i);
    }
    return (int) ((bits >>> (bit & 7)) & ((1L << width) - 1));
  }

  /** Returns about how many bytes it takes. */
  long cost() {
    return bytes.limit() + 9L * ends.length;
  }
}
