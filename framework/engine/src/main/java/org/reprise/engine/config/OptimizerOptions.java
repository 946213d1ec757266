package org.reprise.engine.config;

import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;
import org.reprise.api.training.OptimizerSpec;

/**
 * The optimiser of the prompt.
 *
 * @param name which one
 * @param lr initial learning rate, positive
 * @param momentum of {@code sgd}, in [0,1)
 */
public record OptimizerOptions(
    @Option(value = "adam or sgd", defaultValue = "adam") Kind name,
    @Option(value = "initial learning rate", defaultValue = "0.01") double lr,
    @Option("momentum of sgd, 0.9 by default") Optional<Double> momentum) {

  /** Checks ranges. */
  public OptimizerOptions {
    InvalidOptionException.unless(
        lr > 0 && Double.isFinite(lr), "lr", "must be positive and finite, found %s", lr);
    double value = momentum.orElse(0.9);
    InvalidOptionException.unless(
        value >= 0 && value < 1, "momentum", "must lie in [0,1), found %s", value);
    InvalidOptionException.unless(
        momentum.isEmpty() || name == Kind.SGD, "momentum", "is an option of sgd, not of adam");
  }

  /** Returns the optimiser in the API's terms. */
  public OptimizerSpec spec() {
    return switch (name) {
      case ADAM -> new OptimizerSpec.Adam(lr);
      case SGD -> new OptimizerSpec.Sgd(lr, momentum.orElse(0.9));
    };
  }

  /** The optimisers there are. */
  public enum Kind {
    /** Adam. */
    ADAM,
    /** Stochastic gradient descent with momentum. */
    SGD
  }
}
