package org.reprise.kernels;

import org.bytedeco.javacpp.Pointer;

/**
 * Where the target labels of a batch lie: {@code [rows]} int64, without gaps. A label outside
 * [0,KT) is not an error here; the kernels count it and leave its row out.
 *
 * @param address the first label, in the memory of the logits; borrowed, and null only if there are
 *     no rows
 * @param rows N, at least 0
 */
public record Labels(Pointer address, long rows) {
  /**
   * Checks that the address can hold the labels.
   *
   * @throws IllegalArgumentException if not
   */
  public Labels {
    Memory.require(rows >= 0, "labels need rows >= 0, not %d", rows);
    if (rows > 0) {
      Memory.check("labels", address, rows, Long.BYTES);
    }
  }
}
