package org.reprise.pickle;

import java.io.IOException;

/**
 * A pickle is damaged, or holds something that is not read. The message names the file, the byte
 * offset and what stands there.
 */
public final class PickleException extends IOException {
  private static final long serialVersionUID = 1L;

  PickleException(String message) {
    super(message);
  }

  PickleException(String message, Throwable cause) {
    super(message, cause);
  }
}
