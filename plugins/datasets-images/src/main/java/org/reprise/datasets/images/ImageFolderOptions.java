package org.reprise.datasets.images;

import java.nio.file.Path;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code image-folder}.
 *
 * @param path folder with {@code train} and {@code test}
 * @param imageSize side of the stored images, pixels
 */
public record ImageFolderOptions(
    @Option("folder with train/ and test/ (and val/ or validation/), each with a folder per class")
        Path path,
    @Option(value = "side of the stored images in pixels, 1 to 4096", defaultValue = "128")
        int imageSize) {

  /** Checks the range. */
  public ImageFolderOptions {
    InvalidOptionException.unless(
        imageSize >= 1 && imageSize <= 4096,
        "image-size",
        "must be from 1 to 4096, found %d",
        imageSize);
  }
}
