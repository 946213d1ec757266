package org.reprise.datasets.parquet;

import java.io.IOException;
import java.util.BitSet;

/** Which rows of a page have a value, and which of the values is a row's. */
final class Present {
  private final BitSet rows;
  private final int[] before; // values before each 64 rows
  private final int count;

  private Present(BitSet rows, int size) {
    this.rows = rows;
    this.before = new int[size / 64 + 1];
    int sum = 0;
    long[] words = rows.toLongArray();
    for (int word = 0; word < before.length; word++) {
      before[word] = sum;
      sum += word < words.length ? Long.bitCount(words[word]) : 0;
    }
    this.count = sum;
  }

  /**
   * Reads definition levels.
   *
   * @param levels one for each row
   * @param size how many rows
   * @param depth the level of a value that is there; a lower one is a null
   */
  static Present of(Runs levels, int size, int depth) throws IOException {
    BitSet rows = new BitSet(size);
    levels.forEach(
        (from, to, level) -> {
          if (level < 0 || level > depth) {
            throw new MalformedException("definition levels that do not fit the schema");
          }
          rows.set(from, to, level == depth);
        });
    return new Present(rows, size);
  }

  /** Returns how many rows have a value. */
  int count() {
    return count;
  }

  /** Returns the number of a row's value among those that are there, or -1 for a null. */
  int place(int row) {
    if (!rows.get(row)) {
      return -1;
    }
    int word = row / 64;
    return before[word] + rows.get(64 * word, row).cardinality();
  }

  long cost() {
    return 12L * before.length;
  }
}
