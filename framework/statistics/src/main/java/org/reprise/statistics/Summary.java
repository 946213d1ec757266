package org.reprise.statistics;

import java.util.OptionalDouble;

/**
 * A figure over repetitions, such as one accuracy for each seed.
 *
 * @param n how many values, at least 1
 * @param mean their mean, in their unit
 * @param deviation the sample standard deviation (divided by n - 1), in the values' unit; absent
 *     for one value, which says nothing about spread
 */
public record Summary(int n, double mean, OptionalDouble deviation) {
  /** Checks the components. */
  public Summary {
    Inputs.atLeast("n", n, 1);
    Inputs.within("mean", mean, -Double.MAX_VALUE, Double.MAX_VALUE);
    Inputs.within("deviation", deviation.orElse(0), 0, Double.MAX_VALUE);
  }

  /**
   * Summarises values.
   *
   * @param values at least one, all finite
   * @return their mean, deviation and number
   * @throws IllegalArgumentException if there is no value, one is NaN or infinite, or they are so
   *     far apart that their deviation is no finite number
   */
  public static Summary of(double... values) {
    double[] finite = Inputs.finite("values", values);
    int n = finite.length;
    // around the first value, so that equal values have exactly their own mean and deviation 0
    double origin = finite[0];
    double sum = 0;
    for (double value : finite) {
      sum += value - origin;
    }
    double shift = sum / n;
    if (n == 1) {
      return new Summary(1, origin, OptionalDouble.empty());
    }
    double squares = 0;
    for (double value : finite) {
      double distance = value - origin - shift;
      squares += distance * distance;
    }
    return new Summary(n, origin + shift, OptionalDouble.of(Math.sqrt(squares / (n - 1))));
  }
}
