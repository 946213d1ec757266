package org.reprise.updaterules;

import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code adamw}.
 *
 * @param lr initial learning rate, positive
 * @param beta1 decay of the average of gradients, in [0,1)
 * @param beta2 decay of the average of squared gradients, in [0,1)
 * @param eps added to the denominator, 0 or more
 * @param weightDecay each step multiplies the parameter by 1 - learning rate · this; 0 or more
 */
public record AdamWOptions(
    @Option(value = "initial learning rate, positive", defaultValue = "0.01") double lr,
    @Option(value = "decay of the average of gradients, in [0,1)", defaultValue = "0.9")
        double beta1,
    @Option(value = "decay of the average of squared gradients, in [0,1)", defaultValue = "0.999")
        double beta2,
    @Option(value = "added to the denominator, 0 or more", defaultValue = "1e-8") double eps,
    @Option(
            value = "each step multiplies the parameter by 1 - learning rate * this; 0 or more",
            defaultValue = "0.01")
        double weightDecay) {

  /** Checks the ranges. */
  public AdamWOptions {
    Ranges.positive("lr", lr);
    Ranges.fraction("beta1", beta1);
    Ranges.fraction("beta2", beta2);
    Ranges.notNegative("eps", eps);
    Ranges.notNegative("weight-decay", weightDecay);
  }

  /** Returns the settings that it shares with {@code adam}. */
  AdamOptions shared() {
    return new AdamOptions(lr, beta1, beta2, eps, weightDecay);
  }
}
