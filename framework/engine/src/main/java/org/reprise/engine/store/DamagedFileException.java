package org.reprise.engine.store;

import java.io.IOException;

/** A file of the cache is not what was written; the message says how, in words after "it". */
final class DamagedFileException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedFileException(String message) {
    super(message);
  }
}
