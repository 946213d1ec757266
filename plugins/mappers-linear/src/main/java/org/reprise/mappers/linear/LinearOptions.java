package org.reprise.mappers.linear;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code linear}.
 *
 * @param restrict what the layer is restricted to
 * @param optimizer what trains it
 * @param lr learning rate of its own Adam, positive
 * @param init what it starts from
 */
public record LinearOptions(
    @Option(
            value =
                "none: weights and a bias; no-bias: weights only; sigmoid: weights through a"
                    + " sigmoid, no bias",
            defaultValue = "none")
        Restriction restrict,
    @Option(
            value = "own: an Adam of its own at lr; run: training.optimizer, with the prompt",
            defaultValue = "own")
        Trainer optimizer,
    @Option(value = "learning rate of its own Adam, positive", defaultValue = "0.1") double lr,
    @Option(
            value =
                "uniform: as torch's Linear; identity: source label t for target label t, the bias"
                    + " as torch's",
            defaultValue = "uniform")
        Init init) {

  /** Checks the range. */
  public LinearOptions {
    InvalidOptionException.unless(
        lr > 0 && Double.isFinite(lr), "lr", "must be positive and finite, found %s", lr);
  }

  /** A layer that starts uniformly and is trained with its own Adam at 0.1. */
  LinearOptions(Restriction restrict) {
    this(restrict, Trainer.OWN, 0.1, Init.UNIFORM);
  }

  /** What trains the layer. */
  public enum Trainer {
    /** An Adam of its own. */
    OWN,
    /** The run's update rule. */
    RUN
  }

  /** What the layer starts from. */
  public enum Init {
    /** Independent uniform values within 1 / sqrt(KS), drawn by the seed. */
    UNIFORM,
    /** Weights 1 where source and target label have one number, else 0. */
    IDENTITY
  }

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
