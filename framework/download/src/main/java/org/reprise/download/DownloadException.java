package org.reprise.download;

import java.io.IOException;

/**
 * A file could not be fetched. The message says which, from where, why, and what to do without the
 * network.
 */
public final class DownloadException extends IOException {
  private static final long serialVersionUID = 1L;

  DownloadException(String message) {
    super(message);
  }

  DownloadException(String message, Throwable cause) {
    super(message, cause);
  }
}
