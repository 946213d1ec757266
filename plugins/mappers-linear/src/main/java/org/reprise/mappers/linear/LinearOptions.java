package org.reprise.mappers.linear;

import org.reprise.api.options.Option;

/**
 * Options of {@code linear}.
 *
 * @param restrict what the layer is restricted to
 */
public record LinearOptions(
    @Option(
            value =
                "none: weights and a bias; no-bias: weights only; sigmoid: weights through a"
                    + " sigmoid, no bias",
            defaultValue = "none")
        Restriction restrict) {

  /** What the layer is restricted to. */
  public enum Restriction {
    /** Nothing: {@code logits · W + b}. */
    NONE,
    /** No bias: {@code logits · W}. */
    NO_BIAS,
    /** Weights in (0, 1): {@code logits · sigmoid(W)}. */
    SIGMOID
  }
}
