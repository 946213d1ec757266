package org.reprise.engine.search;

/**
 * What a trial is to do next.
 *
 * @param kind what
 * @param epochs of the rung that it is in, or that it left
 * @param score validation accuracy in that rung, in [0,1]; NaN where it is not trained so far
 * @param rank among the trials of that rung, from 1; 0 where it is not decided yet
 * @param of trials in that rung
 */
public record Stage(Kind kind, int epochs, double score, int rank, int of) {

  /** What a trial is to do. */
  public enum Kind {
    /** Train to the rung's epochs; the test split is not evaluated. */
    TRAIN,
    /** Wait for the others of its rung. */
    WAIT,
    /** Nothing: others of the rung were better. */
    OUT,
    /** Nothing: it failed before it could be judged. */
    FAILED,
    /** Evaluate the test split: it is the best of the last rung. */
    WON
  }
}
