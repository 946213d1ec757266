package org.reprise.weights;

import java.io.IOException;

/**
 * A file of weights is damaged, of a kind that is not read, or does not hold what was asked for.
 * The message names the file and the place or tensor.
 */
public final class WeightsException extends IOException {
  private static final long serialVersionUID = 1L;

  WeightsException(String message) {
    super(message);
  }

  WeightsException(String message, Throwable cause) {
    super(message, cause);
  }
}
