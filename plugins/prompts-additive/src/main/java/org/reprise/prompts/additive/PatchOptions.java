package org.reprise.prompts.additive;

import java.util.Optional;
import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code patch}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param side height and width of the patch, pixels
 * @param place where it lies
 */
public record PatchOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(value = "height and width of the patch, pixels", defaultValue = "30") int side,
    @Option(
            value = "where it lies: fixed (top left), or random (another place for each batch)",
            defaultValue = "fixed")
        Place place) {

  /** Where a patch lies. */
  public enum Place {
    /** At the top left. */
    FIXED,
    /** At another place in every forward pass of training. */
    RANDOM
  }

  /** Checks the ranges. */
  public PatchOptions {
    size.ifPresent(pixels -> Ranges.atLeast("size", pixels, 1));
    Ranges.atLeast("side", side, 1);
  }
}
