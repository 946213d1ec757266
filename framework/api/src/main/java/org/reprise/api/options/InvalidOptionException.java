package org.reprise.api.options;

import org.reprise.api.InvalidInputException;

/**
 * An option's value is out of range. Thrown by the compact constructor of an options record; the
 * framework adds the place.
 */
public final class InvalidOptionException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  private final String option;

  /**
   * Makes the exception.
   *
   * @param option the key as written in YAML, e.g. {@code top-k-ratio}
   * @param message what the value must be and what was found, without the key
   */
  public InvalidOptionException(String option, String message) {
    super(message);
    this.option = option;
  }

  /**
   * Returns the key.
   *
   * @return the option's key as written in YAML
   */
  public String option() {
    return option;
  }

  /**
   * Throws unless {@code condition} holds.
   *
   * @param condition what must be true; written so that NaN makes it false
   * @param option the key as written in YAML
   * @param message a format that says what the value must be and what was found
   * @param arguments the format's arguments
   */
  public static void unless(boolean condition, String option, String message, Object... arguments) {
    if (!condition) {
      throw new InvalidOptionException(
          option, String.format(java.util.Locale.ROOT, message, arguments));
    }
  }
}
