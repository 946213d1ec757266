package org.reprise.prompts;

import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code padding}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param init what the program starts from
 * @param views programs, each of which shows the image to the network once, at least 1
 */
public record PaddingOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(
            value = "what the program starts from: zero, or normal (mean 0, deviation 1)",
            defaultValue = "zero")
        Init init,
    @Option(
            value =
                "programs, each of which shows the image to the network once; a step costs as many"
                    + " times as much; 1 or more",
            defaultValue = "1")
        int views) {

  private static final int MOST_VIEWS = 1000;

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
    InvalidOptionException.unless(
        views >= 1 && views <= MOST_VIEWS, "views", "must be 1 to %d, found %d", MOST_VIEWS, views);
  }
}
