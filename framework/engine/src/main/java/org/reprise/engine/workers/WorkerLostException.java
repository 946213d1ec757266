package org.reprise.engine.workers;

/** Another worker of the run is gone, or has not answered for too long: nothing can be summed. */
public final class WorkerLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes it.
   *
   * @param message what is known
   * @param cause what told of it
   */
  public WorkerLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
