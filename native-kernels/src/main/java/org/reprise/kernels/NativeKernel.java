package org.reprise.kernels;

import java.lang.ref.Reference;
import java.util.function.IntFunction;

/**
 * A kernel of the library: checks that the parts of a call fit each other, and keeps their memory
 * reachable while native code works on it.
 *
 * @param entry the C function, with the device and whatever else is the kernel's own bound to it
 * @param words what an error of {@code entry} means
 * @param name for messages
 */
record NativeKernel(Entry entry, IntFunction<String> words, String name) implements CountKernel {

  /** What {@code reprise_cpu_add} and {@code reprise_cuda_add} share; returns a reprise_error. */
  interface Entry {
    int add(
        long logits,
        int dtype,
        long rows,
        long sources,
        long rowStride,
        long labels,
        long targets,
        long k,
        long counts,
        long status,
        long firstRow,
        long held);
  }

  @Override
  public void addArgmax(Logits logits, Labels labels, long firstRow, Counts counts) {
    add(logits, labels, 0, firstRow, counts);
  }

  @Override
  public void addTopK(Logits logits, Labels labels, long k, long firstRow, Counts counts) {
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
      error =
          entry.add(
              Memory.address(logits.address()),
              logits.type().code(),
              logits.rows(),
              logits.sourceLabels(),
              logits.rowStride(),
              Memory.address(labels.address()),
              counts.targetLabels(),
              k,
              Memory.address(counts.cells()),
              Memory.address(counts.status()),
              firstRow,
              counts.held());
    } finally {
      // Native code got plain addresses: without these a collector could free the memory below it.
      Reference.reachabilityFence(logits);
      Reference.reachabilityFence(labels);
      Reference.reachabilityFence(counts);
    }
    if (error != 0) {
      throw new IllegalStateException(
          "counting %d x %d logits failed: %s"
              .formatted(logits.rows(), logits.sourceLabels(), words.apply(error)));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
