package org.reprise.engine.results;

/** The epoch of which a run's figure is taken. */
public enum Moment {
  /** The last epoch. */
  LAST,
  /** The epoch that the run's own rule selects. */
  SELECTED,
  /** The epoch with the highest test accuracy, chosen on the test set. */
  BEST_TEST
}
