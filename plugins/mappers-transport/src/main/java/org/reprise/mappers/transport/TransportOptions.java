package org.reprise.mappers.transport;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code transport}.
 *
 * @param epsilon weight of the entropy, at least 0.01
 * @param laplace lambda, 0 or more, finite
 * @param iterations times that rows and columns are scaled, at least 1
 */
public record TransportOptions(
    @Option(
            value = "weight of the plan's entropy against its cost; smaller is sharper; >= 0.01",
            defaultValue = "1")
        double epsilon,
    @Option(
            value =
                "Laplace smoothing lambda: a source label of mass m is transported as m / (m +"
                    + " lambda); >= 0",
            defaultValue = "1")
        double laplace,
    @Option(value = "times that rows and columns are scaled; 1 to 10000", defaultValue = "100")
        int iterations) {

  /** Checks the ranges. */
  public TransportOptions {
    InvalidOptionException.unless(
        epsilon >= 0.01 && Double.isFinite(epsilon),
        "epsilon",
        "must be 0.01 or more and finite, found %s",
        epsilon);
    InvalidOptionException.unless(
        laplace >= 0 && Double.isFinite(laplace),
        "laplace",
        "must be 0 or more and finite, found %s",
        laplace);
    InvalidOptionException.unless(
        iterations >= 1 && iterations <= 10_000,
        "iterations",
        "must be 1 to 10000, found %d",
        iterations);
  }
}
