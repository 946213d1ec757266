package org.reprise.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Paired differences, first minus second: one for each seed, or one for each data set.
 *
 * <p>Differences that are equal but for the rounding of floating-point numbers are equal here, and
 * zero where they should be. Immutable.
 */
public final class Differences {
  private final long[] ticks;
  private final double unit;

  private Differences(long[] ticks, double unit) {
    this.ticks = ticks;
    this.unit = unit;
  }

  /**
   * Pairs two lists of values.
   *
   * @param first the first method's values, at least one, all finite
   * @param second the second method's, in the same order and unit
   * @return first minus second
   * @throws IllegalArgumentException if the lengths differ, there is no value, or one is NaN or
   *     infinite
   */
  public static Differences of(double[] first, double[] second) {
    Inputs.sameLength("first", first.length, "second", second.length);
    double[] a = Inputs.finite("first", first);
    double[] b = Inputs.finite("second", second);
    double magnitude = 0;
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      magnitude = Math.max(magnitude, Math.max(Math.abs(a[i]), Math.abs(b[i])));
      differences[i] = a[i] - b[i];
    }
    Inputs.finite("first - second", differences);
    Ticks scale = Ticks.forMagnitude(magnitude);
    long[] ticks = new long[differences.length];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = scale.round(differences[i]);
    }
    return new Differences(ticks, scale.unit());
  }

  /**
   * How many pairs there are.
   *
   * @return at least 1
   */
  public int size() {
    return ticks.length;
  }

  /**
   * The differences.
   *
   * @return first minus second, in the order of the pairs
   */
  public List<Double> values() {
    List<Double> values = new ArrayList<>(ticks.length);
    for (long tick : ticks) {
      values.add(tick * unit);
    }
    return List.copyOf(values);
  }

  /**
   * The mean difference.
   *
   * @return in the unit of the values
   */
  public double mean() {
    double sum = 0;
    for (long tick : ticks) {
      sum += tick;
    }
    return sum / ticks.length * unit;
  }

  /**
   * Where the first is above.
   *
   * @return how many pairs
   */
  public int above() {
    return count(1);
  }

  /**
   * Where the first is below.
   *
   * @return how many pairs
   */
  public int below() {
    return count(-1);
  }

  /**
   * Where both are equal.
   *
   * @return how many pairs
   */
  public int equal() {
    return count(0);
  }

  private int count(int sign) {
    int count = 0;
    for (long tick : ticks) {
      if (Long.signum(tick) == sign) {
        count++;
      }
    }
    return count;
  }

  /** The differences as whole multiples of {@link #unit()}. */
  long[] ticks() {
    return ticks.clone();
  }

  double unit() {
    return unit;
  }
}
