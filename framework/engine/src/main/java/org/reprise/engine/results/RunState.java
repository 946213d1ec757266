package org.reprise.engine.results;

/** How far a run is, by its records. */
public enum RunState {
  /** All epochs are trained and the results written. */
  COMPLETE,
  /** Begun and not complete: it is being trained, or was stopped and can be gone on with. */
  INCOMPLETE,
  /** Its last session ended with an error. */
  FAILED,
  /** A trial of a search that others won: it is as far as it will get. */
  OUT
}
