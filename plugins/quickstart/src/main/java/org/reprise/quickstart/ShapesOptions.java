package org.reprise.quickstart;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code shapes}.
 *
 * @param train training samples
 * @param validation validation samples
 * @param test test samples
 * @param dataSeed selects the draw, apart from the run's seed
 * @param imageSize height and width of an image, pixels
 */
public record ShapesOptions(
    @Option(value = "number of training samples, at least 1", defaultValue = "1600") int train,
    @Option(value = "number of validation samples, 0 for none", defaultValue = "400")
        int validation,
    @Option(value = "number of test samples, at least 1", defaultValue = "800") int test,
    @Option(value = "selects the draw of the data; the run's seed does not", defaultValue = "1")
        long dataSeed,
    @Option(value = "height and width of the images, pixels, 8 to 512", defaultValue = "24")
        int imageSize) {

  /** Checks the ranges. */
  public ShapesOptions {
    check(train, validation, test, imageSize);
  }

  static void check(int train, int validation, int test, int imageSize) {
    InvalidOptionException.unless(train >= 1, "train", "must be at least 1, found %d", train);
    InvalidOptionException.unless(
        validation >= 0, "validation", "must not be negative, found %d", validation);
    InvalidOptionException.unless(test >= 1, "test", "must be at least 1, found %d", test);
    InvalidOptionException.unless(
        imageSize >= 8 && imageSize <= 512,
        "image-size",
        "must be between 8 and 512, found %d",
        imageSize);
  }
}
