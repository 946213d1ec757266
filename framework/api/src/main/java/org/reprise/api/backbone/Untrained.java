package org.reprise.api.backbone;

/**
 * An ability of backbone factories: a network with random weights, so that its speed and its memory
 * can be measured without a file.
 */
public interface Untrained {

  /**
   * Makes the network in the form that experiments use.
   *
   * @param context what the framework offers
   * @return the network, whose logits are finite and mean nothing; the caller closes it
   */
  Backbone untrained(BackboneContext context);
}
