package org.reprise.statistics;

/** Refuses what no statistic can be computed from. */
final class Inputs {
  private Inputs() {}

  /**
   * Copies values after checking them.
   *
   * @param name what the values are, for the message
   * @throws IllegalArgumentException if there is none, or one is NaN or infinite
   */
  static double[] finite(String name, double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(name + ": no values, expected at least one");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            name + "[" + i + "] is " + values[i] + ", expected a finite number");
      }
    }
    return values.clone();
  }

  /** Refuses two lists of different length. */
  static void sameLength(String first, int firstLength, String second, int secondLength) {
    if (firstLength != secondLength) {
      throw new IllegalArgumentException(
          first
              + " has "
              + firstLength
              + " values, "
              + second
              + " has "
              + secondLength
              + ", expected pairs");
    }
  }

  /** Refuses a number outside [low, high]; NaN is outside. */
  static double within(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw outside(name, value, low, high);
    }
    return value;
  }

  /** Refuses a whole number outside [low, high]. */
  static int within(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw outside(name, value, low, high);
    }
    return value;
  }

  /** What a caller throws who has found a value outside [low, high] in a long list. */
  static IllegalArgumentException outside(String name, Number value, Number low, Number high) {
    return new IllegalArgumentException(
        name + " is " + value + ", expected " + low + " to " + high);
  }

  /** Refuses a count below a bound. */
  static int atLeast(String name, int value, int low) {
    if (value < low) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least " + low);
    }
    return value;
  }
}
