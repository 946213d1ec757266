package org.reprise.prompts.scaled;

import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of the prompt whose image size is learned.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param picture height and width that the image is brought to before it is scaled, pixels
 * @param scale that the image starts with, in [0.1, 5]
 * @param learnScale whether the scale is learned; else the image is resized once
 * @param values what is learned
 */
public record ScaledOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(
            value = "height and width that the image has at scale 1, pixels, at most size",
            defaultValue = "128")
        int picture,
    @Option(value = "scale that the image starts with, in [0.1, 5]", defaultValue = "1.5")
        double scale,
    @Option(
            value =
                "whether the scale is learned; else the image is resized once, to scale times"
                    + " picture",
            defaultValue = "true")
        boolean learnScale,
    @Option(
            value =
                "what is learned: pixels (through a sigmoid, normalised with the image), or"
                    + " normalized (values around a normalised image, as published for CLIP)",
            defaultValue = "pixels")
        Values values) {

  /** Smallest scale; learned ones are brought back to it. */
  static final double SMALLEST = 0.1;

  /** Largest scale. */
  static final double LARGEST = 5;

  /** What a frame is made of. */
  public enum Values {
    /** A sigmoid of what is learned, normalised together with the image. */
    PIXELS,
    /** What is learned itself, around an image that is normalised already. */
    NORMALIZED
  }

  /** Checks the ranges. */
  public ScaledOptions {
    size.ifPresent(side -> Ranges.atLeast("size", side, 1));
    Ranges.atLeast("picture", picture, 1);
    InvalidOptionException.unless(
        scale >= SMALLEST && scale <= LARGEST,
        "scale",
        "must lie between %s and %s, found %s",
        SMALLEST,
        LARGEST,
        scale);
  }
}
