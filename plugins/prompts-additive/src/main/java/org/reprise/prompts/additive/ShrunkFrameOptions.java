package org.reprise.prompts.additive;

import java.util.Optional;
import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code shrunk-frame}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param picture height and width that the image is brought to, pixels, at most the size
 * @param pad width of the frame that is learned, pixels; it may cover some of the picture
 */
public record ShrunkFrameOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(
            value = "height and width that the image is brought to, pixels, at most size",
            defaultValue = "164")
        int picture,
    @Option(
            value = "width of the frame that is learned, pixels; it may cover some of the picture",
            defaultValue = "30")
        int pad) {

  /** Checks the ranges. */
  public ShrunkFrameOptions {
    size.ifPresent(side -> Ranges.atLeast("size", side, 1));
    Ranges.atLeast("picture", picture, 1);
    Ranges.atLeast("pad", pad, 1);
  }
}
