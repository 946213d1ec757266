package org.reprise.engine.results;

/** A figure of a run that runs are compared by. */
public enum Figure {
  /** Share of the test samples that are predicted right. */
  ACCURACY("test accuracy", "%", 100, true, true),
  /** Mean over the target labels of the share of their samples that are predicted right. */
  PER_CLASS_MEAN("per-class mean accuracy", "%", 100, true, true),
  /** Mean over the target labels of F1. */
  MACRO_F1("macro-F1", "%", 100, true, true),
  /** Expected calibration error in 15 bins of equal width. */
  CALIBRATION_ERROR("calibration error (ECE, 15 bins)", "%", 100, true, false),
  /** Wall time of an epoch, the median of a run's. */
  SECONDS_PER_EPOCH("seconds per epoch, median", "s", 1, false, false),
  /** Wall time of all epochs of a run together. */
  SECONDS("seconds of all epochs", "s", 1, false, false),
  /** Of the process that trained the run. */
  PEAK_MEMORY("peak memory of the process", "GB", 1e-9, false, false);

  private final String title;
  private final String unit;
  private final double scale;
  private final boolean ofEpoch;
  private final boolean higherIsBetter;

  Figure(String title, String unit, double scale, boolean ofEpoch, boolean higherIsBetter) {
    this.title = title;
    this.unit = unit;
    this.scale = scale;
    this.ofEpoch = ofEpoch;
    this.higherIsBetter = higherIsBetter;
  }

  /** Returns what a table calls it. */
  public String title() {
    return title;
  }

  /** Returns the unit of the values that tables show. */
  public String unit() {
    return unit;
  }

  /** Returns by what recorded values are multiplied to be shown. */
  public double scale() {
    return scale;
  }

  /** Tells whether it is the figure of one epoch on the test split, so that it can be tested. */
  public boolean ofEpoch() {
    return ofEpoch;
  }

  /** Tells whether a method is better where it is higher. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }
}
