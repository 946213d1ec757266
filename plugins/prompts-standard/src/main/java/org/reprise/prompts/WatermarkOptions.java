package org.reprise.prompts;

import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code watermark}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param pad width of the frame, pixels; half the size covers the whole image
 */
public record WatermarkOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(
            value = "width of the frame, pixels; half of size covers the whole image",
            defaultValue = "30")
        int pad) {

  /** Checks the ranges. */
  public WatermarkOptions {
    size.ifPresent(
        side ->
            InvalidOptionException.unless(
                side >= 1, "size", "must be 1 pixel or more, found %s", side));
    InvalidOptionException.unless(pad >= 0, "pad", "must be 0 or more pixels, found %s", pad);
  }
}
