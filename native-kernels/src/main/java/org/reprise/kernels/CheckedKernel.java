package org.reprise.kernels;

import java.lang.ref.Reference;

/** What both kernels share: the checks, and keeping memory reachable during the native call. */
abstract class CheckedKernel implements CountKernel {

  /** Enters native code; k is 0 for argmax. Returns a reprise_error. */
  abstract int call(Logits logits, Labels labels, long k, long firstRow, Counts counts);

  /** The words for an error of {@link #call}. */
  abstract String message(int error);

  @Override
  public final void addArgmax(Logits logits, Labels labels, long firstRow, Counts counts) {
    add(logits, labels, 0, firstRow, counts);
  }

  @Override
  public final void addTopK(Logits logits, Labels labels, long k, long firstRow, Counts counts) {
    Memory.require(
        k >= 1 && k <= logits.sourceLabels(),
        "k must be in [1, %d], not %d",
        logits.sourceLabels(),
        k);
    add(logits, labels, k, firstRow, counts);
  }

  private void add(Logits logits, Labels labels, long k, long firstRow, Counts counts) {
    Memory.require(
        labels.rows() == logits.rows(),
        "%d rows of logits have %d labels",
        logits.rows(),
        labels.rows());
    Memory.require(
        counts.sourceLabels() == logits.sourceLabels(),
        "logits of %d source labels do not fit counts of %d",
        logits.sourceLabels(),
        counts.sourceLabels());
    Memory.require(
        firstRow >= 0 && firstRow <= Long.MAX_VALUE - logits.rows(),
        "the first row's index must be >= 0, not %d",
        firstRow);
    if (logits.rows() == 0) {
      return;
    }
    int error;
    try {
      error = call(logits, labels, k, firstRow, counts);
    } finally {
      // Native code got plain addresses: without these a collector could free the memory below it.
      Reference.reachabilityFence(logits);
      Reference.reachabilityFence(labels);
      Reference.reachabilityFence(counts);
    }
    if (error != 0) {
      throw new IllegalStateException(
          "counting %d x %d logits failed: %s"
              .formatted(logits.rows(), logits.sourceLabels(), message(error)));
    }
  }
}
