package org.reprise.datasets.parquet;

import java.io.IOException;

/** Bytes that are no Parquet file; the message does not name the file yet. */
final class MalformedException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedException(String message) {
    super(message);
  }
}
