package org.reprise.datasets.images;

import java.nio.file.Path;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of the data sets whose images are stored at 32x32.
 *
 * @param path the data set's folder
 * @param imageSize side of the stored images, pixels
 */
public record SmallImageOptions(
    @Option("the data set's folder, as its authors or torchvision unpack it") Path path,
    @Option(value = "side of the stored images in pixels, 1 to 4096", defaultValue = "32")
        int imageSize) {

  /** Checks the range. */
  public SmallImageOptions {
    InvalidOptionException.unless(
        imageSize >= 1 && imageSize <= 4096,
        "image-size",
        "must be from 1 to 4096, found %d",
        imageSize);
  }
}
