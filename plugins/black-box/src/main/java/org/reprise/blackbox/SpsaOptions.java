package org.reprise.blackbox;

import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code spsa-gc}. At step s = 1, 2, ... the rate is {@code lr / (s + o)^alpha} and the
 * perturbation {@code c / s^gamma}.
 *
 * @param lr of the rate, positive; called a in the paper's code
 * @param o offset of the step in the rate, 0 or more
 * @param alpha how fast the rate falls, 0 or more
 * @param c size of the perturbation at the first step, positive
 * @param gamma how fast the perturbation falls, 0 or more
 * @param draws perturbations a step, each of two forward passes
 * @param momentum share of the last estimates that is kept, in [0,1)
 * @param gradientCorrection whether estimates are kept and looked ahead by; false for plain SPSA
 */
public record SpsaOptions(
    @Option(value = "a of the rate a / (s + o)^alpha, positive", defaultValue = "0.01") double lr,
    @Option(value = "o of the rate a / (s + o)^alpha, 0 or more", defaultValue = "1") double o,
    @Option(value = "alpha of the rate a / (s + o)^alpha, 0 or more", defaultValue = "0.4")
        double alpha,
    @Option(value = "c of the perturbation c / s^gamma, positive", defaultValue = "0.01") double c,
    @Option(value = "gamma of the perturbation c / s^gamma, 0 or more", defaultValue = "0.1")
        double gamma,
    @Option(value = "perturbations a step, each of two forward passes", defaultValue = "5")
        int draws,
    @Option(value = "share of the last estimates that is kept, in [0,1)", defaultValue = "0.9")
        double momentum,
    @Option(
            value = "whether estimates are kept and looked ahead by; false for plain SPSA",
            defaultValue = "true")
        boolean gradientCorrection) {

  /** Checks the ranges. */
  public SpsaOptions {
    Ranges.positive("lr", lr);
    Ranges.notNegative("o", o);
    Ranges.notNegative("alpha", alpha);
    Ranges.positive("c", c);
    Ranges.notNegative("gamma", gamma);
    Ranges.atLeast("draws", draws, 1);
    Ranges.fraction("momentum", momentum);
  }
}
