package org.reprise.prompts.additive;

import java.util.Optional;
import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code frame}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param pad width of the frame, pixels, less than half the size
 */
public record FrameOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(value = "width of the frame, pixels, less than half of size", defaultValue = "30")
        int pad) {

  /** Checks the ranges. */
  public FrameOptions {
    size.ifPresent(side -> Ranges.atLeast("size", side, 1));
    Ranges.atLeast("pad", pad, 1);
  }
}
