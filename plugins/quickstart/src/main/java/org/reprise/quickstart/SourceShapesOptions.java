package org.reprise.quickstart;

import org.reprise.api.options.Option;

/**
 * Options of {@code shapes-source}.
 *
 * @param train training samples
 * @param validation validation samples
 * @param test test samples
 * @param dataSeed selects the draw, apart from the run's seed
 * @param imageSize height and width of an image, pixels
 */
public record SourceShapesOptions(
    @Option(value = "number of training samples, at least 1", defaultValue = "16000") int train,
    @Option(value = "number of validation samples, 0 for none", defaultValue = "1600")
        int validation,
    @Option(value = "number of test samples, at least 1", defaultValue = "1600") int test,
    @Option(value = "selects the draw of the data; the run's seed does not", defaultValue = "1")
        long dataSeed,
    @Option(value = "height and width of the images, pixels, 8 to 512", defaultValue = "48")
        int imageSize) {

  /** Checks the ranges. */
  public SourceShapesOptions {
    ShapesOptions.check(train, validation, test, imageSize);
  }
}
