package org.reprise.engine.study;

import org.reprise.engine.training.Trainer.Stretch;

/**
 * How far a run is to be taken.
 *
 * @param stretch what of it is trained
 * @param completes whether its results are written when all epochs are trained; the test split is
 *     evaluated then, if it was not on the way
 */
record Aim(Stretch stretch, boolean completes) {
  /** A run like any other. */
  static final Aim WHOLE = new Aim(Stretch.WHOLE, true);

  /** A trial that has won: the test split is evaluated once, at the end. */
  static final Aim WINNER = new Aim(new Stretch(Integer.MAX_VALUE, false), true);

  /**
   * A trial in a rung.
   *
   * @param epochs of the rung
   */
  static Aim rung(int epochs) {
    return new Aim(new Stretch(epochs, false), false);
  }
}
