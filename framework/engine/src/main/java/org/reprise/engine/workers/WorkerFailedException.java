package org.reprise.engine.workers;

/** Another worker could not go on with the run; it is still there, and takes the next one. */
public final class WorkerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes it.
   *
   * @param worker which one
   * @param reason what it says
   */
  WorkerFailedException(int worker, String reason) {
    super("worker " + worker + ": " + reason);
  }
}
