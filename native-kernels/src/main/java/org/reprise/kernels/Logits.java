package org.reprise.kernels;

import org.bytedeco.javacpp.Pointer;

/**
 * Where a batch of logits {@code [rows, sourceLabels]} lies. The elements of a row are adjacent;
 * rows may lie anywhere at a regular distance, also unaligned to more than an element, overlapping
 * or all in one place (an expanded tensor).
 *
 * @param address the first element, in host or device memory; borrowed, and null only if there are
 *     no rows
 * @param type the number format
 * @param rows N, at least 0
 * @param sourceLabels KS, from 1 to {@link #MOST_SOURCE_LABELS}
 * @param rowStride elements from one row to the next, at least 0
 */
public record Logits(
    Pointer address, ElementType type, long rows, long sourceLabels, long rowStride) {

  /** The largest KS. */
  public static final long MOST_SOURCE_LABELS = 1L << 30;

  /**
   * Checks that the shape makes sense and that the address can hold it.
   *
   * @throws IllegalArgumentException if not
   */
  public Logits {
    Memory.require(type != null, "logits need an element type");
    Memory.require(rows >= 0, "logits need rows >= 0, not %d", rows);
    Memory.require(
        sourceLabels >= 1 && sourceLabels <= MOST_SOURCE_LABELS,
        "logits need 1 to %d source labels, not %d",
        MOST_SOURCE_LABELS,
        sourceLabels);
    Memory.require(rowStride >= 0, "logits need a row stride >= 0, not %d", rowStride);
    if (rows > 0) {
      long last = Memory.product("logits", rows - 1, rowStride);
      Memory.check("logits", address, Memory.sum("logits", last, sourceLabels), type.bytes());
    }
  }
}
