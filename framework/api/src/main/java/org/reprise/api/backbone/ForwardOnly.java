package org.reprise.api.backbone;

/**
 * An ability, or the want of one: a backbone that gives no gradient to its input, such as a
 * quantised network. A prompt can be learned through it only by update rules that go by losses
 * alone ({@link org.reprise.api.training.UpdateRule#usesGradients}); what lies behind it, like a
 * linear mapper, by any.
 */
public interface ForwardOnly {

  /**
   * Says why there is no gradient, for the message that refuses other update rules.
   *
   * @return one line that names the network
   */
  String reason();
}
