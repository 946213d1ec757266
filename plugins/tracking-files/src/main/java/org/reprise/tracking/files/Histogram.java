package org.reprise.tracking.files;

import java.util.Arrays;
import java.util.List;

/**
 * How often values fall between limits.
 *
 * @param min of the values
 * @param max of the values
 * @param count of the values
 * @param sum of the values
 * @param sumOfSquares of the values
 * @param limits upper ends of the buckets, rising
 * @param counts values at or below each limit and above the one before
 */
record Histogram(
    double min,
    double max,
    double count,
    double sum,
    double sumOfSquares,
    List<Double> limits,
    List<Double> counts) {
  private static final int BUCKETS = 30;

  /**
   * Counts into buckets of one width. Values that are not finite are left out.
   *
   * @param values any
   */
  static Histogram of(float[] values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
        squares += (double) value * value;
        count++;
      }
    }
    if (count == 0) {
      return new Histogram(0, 0, 0, 0, 0, List.of(0.0), List.of(0.0));
    }
    double width = (max - min) / BUCKETS;
    if (!(width > 0)) {
      return new Histogram(min, max, count, sum, squares, List.of(max), List.of((double) count));
    }
    double[] limits = new double[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      limits[i] = i == BUCKETS - 1 ? max : min + (i + 1) * width;
    }
    double[] counts = new double[BUCKETS];
    for (float value : values) {
      if (Float.isFinite(value)) {
        int found = Arrays.binarySearch(limits, value);
        counts[Math.min(BUCKETS - 1, found >= 0 ? found : -found - 1)]++;
      }
    }
    return new Histogram(min, max, count, sum, squares, boxed(limits), boxed(counts));
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
