package org.reprise.engine.config;

/**
 * A point in training at which the learning rate drops.
 *
 * @param text as written; with a decimal point it is a fraction of the epochs, otherwise an epoch
 */
public record Milestone(String text) {

  /** Parses an epoch (0 or more) or a fraction (0.0 to 1.0). */
  static Milestone parse(String text) {
    Milestone milestone = new Milestone(text.strip());
    double value =
        milestone.isFraction()
            ? Double.parseDouble(milestone.text)
            : Integer.parseInt(milestone.text);
    if (!(value >= 0) || (milestone.isFraction() && value > 1)) {
      throw new IllegalArgumentException("not a milestone: " + text);
    }
    return milestone;
  }

  private boolean isFraction() {
    return text.contains(".") || text.contains("e") || text.contains("E");
  }

  /** Returns the number that means the same in YAML: an integer is an epoch, a double a share. */
  Number plain() {
    return isFraction() ? (Number) Double.valueOf(text) : (Number) Integer.valueOf(text);
  }

  /**
   * Returns the epoch.
   *
   * @param epochs epochs of the run
   * @return the fraction of the epochs, rounded down, or the epoch itself
   */
  public int epoch(int epochs) {
    return isFraction()
        ? (int) Math.floor(Double.parseDouble(text) * epochs)
        : Integer.parseInt(text);
  }
}
