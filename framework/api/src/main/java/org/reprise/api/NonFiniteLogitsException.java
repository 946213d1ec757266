package org.reprise.api;

/**
 * A backbone returned NaN or an infinity. The run ends with exit code 1; the trainer adds epoch and
 * step.
 */
public class NonFiniteLogitsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message which rows of which tensor are not finite
   */
  public NonFiniteLogitsException(String message) {
    super(message);
  }
}
