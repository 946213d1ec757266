package org.reprise.prompts;

import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code padding}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param init what the program starts from
 */
public record PaddingOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(
            value = "what the program starts from: zero, or normal (mean 0, deviation 1)",
            defaultValue = "zero")
        Init init) {

  /** What a program starts from. */
  public enum Init {
    /** All zeros. */
    ZERO,
    /** Independent standard normal values, drawn by the seed. */
    NORMAL
  }

  /** Checks the range. */
  public PaddingOptions {
    size.ifPresent(
        side ->
            InvalidOptionException.unless(
                side >= 1, "size", "must be 1 pixel or more, found %s", side));
  }
}
