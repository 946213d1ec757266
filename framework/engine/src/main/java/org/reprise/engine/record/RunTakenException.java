package org.reprise.engine.record;

import org.reprise.api.InvalidInputException;

/** Another process is working on a run. */
public final class RunTakenException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  /** Says which. */
  RunTakenException(String message) {
    super(message);
  }
}
