package org.reprise.kernels;

import org.bytedeco.javacpp.Pointer;

/**
 * Where the joint counts lie: {@code [KT,KS]} int64, without gaps, one row for each <em>target</em>
 * label, so that all cells of a sample are neighbours. As a tensor it is the transpose of J. Argmax
 * counts are whole numbers; top-k sums are multiples of 2⁻³⁶ ({@link #FRACTION_BITS}). One set of
 * counts holds one of the two.
 *
 * @param cells the cell of source label 0 and target label 0, in the memory of the logits;
 *     borrowed, added to
 * @param sourceLabels KS, at least 1
 * @param targetLabels KT, at least 1
 * @param status {@link CountStatus#LONGS} int64 in the same memory, cleared with {@link
 *     CountStatus#cleared}; borrowed, added to
 * @param held the most that a cell can hold already, in whole samples, or {@link #UNKNOWN}; where
 *     it says that no cell can overflow, a GPU is spared the test
 */
public record Counts(
    Pointer cells, long sourceLabels, long targetLabels, Pointer status, long held) {

  /** Nothing is known of what the cells hold. */
  public static final long UNKNOWN = -1;

  /** Bits after the binary point of a top-k sum. */
  public static final int FRACTION_BITS = 36;

  /**
   * Checks that the addresses can hold the counts.
   *
   * @throws IllegalArgumentException if not
   */
  public Counts {
    Memory.require(
        sourceLabels >= 1 && sourceLabels <= Logits.MOST_SOURCE_LABELS,
        "counts need 1 to %d source labels, not %d",
        Logits.MOST_SOURCE_LABELS,
        sourceLabels);
    Memory.require(targetLabels >= 1, "counts need target labels >= 1, not %d", targetLabels);
    Memory.check("counts", cells, Memory.product("counts", sourceLabels, targetLabels), Long.BYTES);
    Memory.check("status", status, CountStatus.LONGS, Long.BYTES);
    Memory.require(
        held >= 0 || held == UNKNOWN, "what a cell holds must be >= 0 or unknown, not %d", held);
  }
}
