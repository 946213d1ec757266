package org.reprise.statistics;

/**
 * What is compared, for sentences.
 *
 * @param name such as {@code accuracy}
 * @param unit such as {@code points}
 * @param decimals how many decimals its values are written with, 0 to 9
 */
public record Quantity(String name, String unit, int decimals) {
  /** Checks the components. */
  public Quantity {
    Inputs.within("decimals", decimals, 0, 9);
  }
}
