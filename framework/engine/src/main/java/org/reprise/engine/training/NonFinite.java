package org.reprise.engine.training;

import org.reprise.api.NonFiniteLogitsException;

/** Says where in a run logits were NaN or infinite. */
final class NonFinite {
  private NonFinite() {}

  /**
   * Puts a place before the message.
   *
   * @param place ends with a colon and a space
   * @param e what was thrown there; becomes the cause
   */
  static NonFiniteLogitsException at(String place, NonFiniteLogitsException e) {
    NonFiniteLogitsException located = new NonFiniteLogitsException(place + e.getMessage());
    located.initCause(e);
    return located;
  }
}
