package org.reprise.updaterules;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code sgd}.
 *
 * @param lr initial learning rate, positive
 * @param momentum share of the last velocity that is kept, in [0,1)
 * @param nesterov whether the step looks ahead by the new velocity
 * @param weightDecay times the parameter, added to the gradient; 0 or more
 */
public record SgdOptions(
    @Option(value = "initial learning rate, positive", defaultValue = "0.01") double lr,
    @Option(value = "share of the last velocity that is kept, in [0,1)", defaultValue = "0.9")
        double momentum,
    @Option(
            value = "whether the step looks ahead by the new velocity (Nesterov)",
            defaultValue = "false")
        boolean nesterov,
    @Option(
            value = "times the parameter, added to the gradient (L2 penalty); 0 or more",
            defaultValue = "0")
        double weightDecay) {

  /** Checks the ranges. */
  public SgdOptions {
    Ranges.positive("lr", lr);
    Ranges.fraction("momentum", momentum);
    InvalidOptionException.unless(
        !nesterov || momentum > 0, "nesterov", "needs a momentum above 0, found %s", momentum);
    Ranges.notNegative("weight-decay", weightDecay);
  }
}
