package org.reprise.engine.training;

/** The user stopped the run; the step in progress was finished first. */
public final class RunStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes the exception. */
  public RunStoppedException() {
    super("the run was stopped");
  }
}
