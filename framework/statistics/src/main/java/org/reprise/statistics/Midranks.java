package org.reprise.statistics;

import java.util.Arrays;

/** Ranks in which equal values share the mean of their places. */
final class Midranks {
  private Midranks() {}

  /**
   * Ranks values ascending.
   *
   * @return twice the rank of each value, whole even where a tie's rank ends in a half; the
   *     smallest of values without ties has 2
   */
  static long[] doubled(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    long[] ranks = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      int below = lowerBound(sorted, values[i]);
      int upTo = lowerBound(sorted, values[i] + 1);
      ranks[i] = below + 1L + upTo; // first place + last place
    }
    return ranks;
  }

  private static int lowerBound(long[] sorted, long value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
