package org.reprise.budget;

import java.io.IOException;

/**
 * A file asks for more memory than its {@link Budget} allows. The message says how much that is and
 * begins with "it": whoever knows the file's name puts it in front.
 */
public final class BudgetException extends IOException {
  private static final long serialVersionUID = 1L;

  BudgetException(String message) {
    super(message);
  }
}
