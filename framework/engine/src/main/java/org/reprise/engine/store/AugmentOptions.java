package org.reprise.engine.store;

import org.reprise.api.data.ImageOperation;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * One entry of an experiment's {@code augment}.
 *
 * @param name which operation
 * @param pad of {@code crop}: zeros on each side, pixels
 * @param smallest of {@code resized-crop}: share of the image's area, in (0,1]
 * @param largest of {@code resized-crop}: share of the image's area, from {@code smallest} to 1
 */
public record AugmentOptions(
    @Option("flip, crop, resized-crop or trivial-augment") Kind name,
    @Option(value = "of crop: zeros put on each side before, pixels", defaultValue = "4") int pad,
    @Option(
            value = "of resized-crop: smallest share of the image's area, above 0",
            defaultValue = "0.08")
        double smallest,
    @Option(
            value = "of resized-crop: largest share of the image's area, up to 1",
            defaultValue = "1")
        double largest) {

  /** The operations there are. */
  public enum Kind {
    /** Mirroring left to right. */
    FLIP,
    /** A crop at a random place, out of the image with zeros around it. */
    CROP,
    /** A crop of random size and shape. */
    RESIZED_CROP,
    /** One of 14 operations at a random strength. */
    TRIVIAL_AUGMENT
  }

  /** Checks the ranges. */
  public AugmentOptions {
    Ranges.atLeast("pad", pad, 1);
    InvalidOptionException.unless(
        smallest > 0 && smallest <= 1, "smallest", "must lie in (0,1], found %s", smallest);
    InvalidOptionException.unless(
        largest >= smallest && largest <= 1,
        "largest",
        "must be from %s to 1, found %s",
        smallest,
        largest);
  }

  /** Returns what it means. */
  ImageOperation operation() {
    return switch (name) {
      case FLIP -> new ImageOperation.Flip();
      case CROP -> new ImageOperation.PaddedCrop(pad);
      case RESIZED_CROP -> new ImageOperation.ResizedCrop(smallest, largest);
      case TRIVIAL_AUGMENT -> new ImageOperation.TrivialAugment();
    };
  }
}
