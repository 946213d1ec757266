package org.reprise.engine.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** In which order an epoch visits the samples, and how that order is cut into batches. */
public final class BatchOrder {
  private BatchOrder() {}

  /**
   * Shuffles for one epoch; all runs of one experiment share these shuffles.
   *
   * @param samples number of samples
   * @param seed the run's seed
   * @param epoch from 0
   * @return every index in [0, samples) once
   */
  public static int[] shuffled(int samples, long seed, int epoch) {
    return RandomStream.of(seed, "shuffle", epoch).permutation(samples);
  }

  /**
   * Returns the order in which samples are stored.
   *
   * @param samples number of samples
   * @return 0 to samples-1
   */
  public static int[] identity(int samples) {
    int[] order = new int[samples];
    Arrays.setAll(order, i -> i);
    return order;
  }

  /**
   * Cuts an order into batches; the last one may be smaller.
   *
   * @param order indices
   * @param batchSize at least 1
   * @return the batches in order, none of them empty; no batch for an empty order
   */
  public static List<int[]> batches(int[] order, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, not " + batchSize);
    }
    List<int[]> batches = new ArrayList<>();
    for (int start = 0; start < order.length; start += Math.min(batchSize, order.length - start)) {
      batches.add(
          Arrays.copyOfRange(order, start, start + Math.min(batchSize, order.length - start)));
    }
    return List.copyOf(batches);
  }
}
