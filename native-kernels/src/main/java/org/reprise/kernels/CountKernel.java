package org.reprise.kernels;

/**
 * Adds batches to joint counts, on the device that the kernel was made for. Every argument is
 * checked before native code is entered, as far as Java can know it: a pointer that carries no
 * length must be long enough for its shape.
 *
 * <p>The counts do not depend on the order of rows or of calls, nor on how many threads or blocks
 * work. Implementations are immutable and may be shared by threads; calls that add to the same
 * counts at the same time are allowed.
 */
public interface CountKernel {

  /**
   * Counts predictions: for each row {@code counts[label, argmax(row)] += 1}. Of equal logits the
   * lowest source label wins.
   *
   * @param logits {@code [N,KS]}
   * @param labels {@code [N]}
   * @param firstRow what is added to the row indices in the status, at least 0
   * @param counts {@code [KT,KS]}
   * @throws IllegalArgumentException if the shapes do not fit each other
   * @throws IllegalStateException if the device reports an error
   */
  void addArgmax(Logits logits, Labels labels, long firstRow, Counts counts);

  /**
   * Sums probabilities: for the k largest logits s of each row {@code counts[label, s] +=
   * round(softmax(row)[s] · 2³⁶)}. Of equal logits the lowest source labels win.
   *
   * @param logits {@code [N,KS]}
   * @param labels {@code [N]}
   * @param k in [1, KS]
   * @param firstRow what is added to the row indices in the status, at least 0
   * @param counts {@code [KT,KS]}
   * @throws IllegalArgumentException if the shapes do not fit each other, or k is out of range
   * @throws IllegalStateException if the device reports an error
   */
  void addTopK(Logits logits, Labels labels, long k, long firstRow, Counts counts);
}
