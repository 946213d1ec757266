package org.reprise.datasets.matlab;

import java.nio.file.Path;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code svhn}.
 *
 * @param path folder with the MATLAB files
 * @param imageSize side of the stored images, pixels
 */
public record SvhnOptions(
    @Option("folder with train_32x32.mat and test_32x32.mat") Path path,
    @Option(value = "side of the stored images in pixels, 1 to 4096", defaultValue = "32")
        int imageSize) {

  /** Checks the range. */
  public SvhnOptions {
    InvalidOptionException.unless(
        imageSize >= 1 && imageSize <= 4096,
        "image-size",
        "must be from 1 to 4096, found %d",
        imageSize);
  }
}
