package org.reprise.kernels;

/**
 * What the kernels left out, since the status was last cleared. Rows left out touched no cell.
 *
 * @param nonFiniteRows rows with a NaN or an infinity
 * @param firstNonFiniteRow the lowest index of such a row ({@code firstRow} of its call added), or
 *     {@link Long#MAX_VALUE}
 * @param badLabels rows whose label is outside [0,KT)
 * @param firstBadLabelRow the lowest index of such a row, or {@link Long#MAX_VALUE}
 * @param overflows additions that exceeded a cell; unless 0 the counts are worthless. A cell of
 *     top-k sums holds 2²⁷-1 (134 million) whole samples
 */
public record CountStatus(
    long nonFiniteRows,
    long firstNonFiniteRow,
    long badLabels,
    long firstBadLabelRow,
    long overflows) {

  /** Length of the status in memory. */
  public static final int LONGS = 5;

  /**
   * Returns what to write to memory before the first call.
   *
   * @return {@link #LONGS} numbers, the caller's
   */
  public static long[] cleared() {
    return new long[] {0, Long.MAX_VALUE, 0, Long.MAX_VALUE, 0};
  }

  /**
   * Reads a status that was copied from the kernels' memory.
   *
   * @param memory {@link #LONGS} numbers
   * @return the same, named
   * @throws IllegalArgumentException if the length is another
   */
  public static CountStatus of(long[] memory) {
    Memory.require(memory.length == LONGS, "a status has %d numbers, not %d", LONGS, memory.length);
    return new CountStatus(memory[0], memory[1], memory[2], memory[3], memory[4]);
  }

  /**
   * Returns whether every row was counted.
   *
   * @return true if nothing was left out and nothing overflowed
   */
  public boolean isClean() {
    return nonFiniteRows == 0 && badLabels == 0 && overflows == 0;
  }
}
