package org.reprise.api;

/**
 * The user's input is wrong: a file, a value, a combination. The message is one sentence or two for
 * that user: what is wrong with the value found, where, what was expected. The process ends with
 * exit code 2.
 */
public class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what is wrong, where, and what was expected
   */
  public InvalidInputException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its technical cause, which is shown with {@code --debug} only.
   *
   * @param message what is wrong, where, and what was expected
   * @param cause what made it known
   */
  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
