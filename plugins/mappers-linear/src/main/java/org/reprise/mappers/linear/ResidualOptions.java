package org.reprise.mappers.linear;

import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.options.Block;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code residual}.
 *
 * @param of the mapping in front, one by a matrix
 * @param lr learning rate of the residual's own Adam, positive
 */
public record ResidualOptions(
    @Option(value = "the mapping in front, one by a matrix", defaultValue = "blm")
        Block<LabelMapper> of,
    @Option(value = "learning rate of the residual's own Adam, positive", defaultValue = "0.001")
        double lr) {

  /** Checks the range. */
  public ResidualOptions {
    InvalidOptionException.unless(
        lr > 0 && Double.isFinite(lr), "lr", "must be positive and finite, found %s", lr);
  }
}
