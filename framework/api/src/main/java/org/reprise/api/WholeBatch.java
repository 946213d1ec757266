package org.reprise.api;

/**
 * An ability, or the want of one: what a prompt or mapper makes of a sample in training depends on
 * the others of its batch, as with batch norm that goes by the batch. Several workers, of which
 * each sees a share of a batch, would train something else; such a run has one.
 */
public interface WholeBatch {

  /**
   * Says what needs the batch, for the message that refuses several workers.
   *
   * @return one line, e.g. {@code the masks are normalised over the batch}
   */
  String reason();
}
