package org.reprise.engine.plan;

import org.reprise.api.options.Option;

/**
 * The engine's own key of a {@code backbone} block.
 *
 * @param output what of the network counts as its source labels
 */
public record BackboneOptions(
    @Option(
            value =
                "logits, or features: the values before the last matrix product, for a linear probe",
            defaultValue = "logits")
        Output output) {

  /** What of a network counts as its source labels. */
  public enum Output {
    /** Its logits. */
    LOGITS,
    /** The D features before the last product of a network that ends in one. */
    FEATURES
  }
}
