package org.reprise.datasets.images;

import java.nio.file.Path;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code cifar10-binary}.
 *
 * @param path folder with the binary files
 * @param imageSize side of the stored images, pixels
 */
public record CifarOptions(
    @Option("folder with train.bin and test.bin, or data_batch_1..5.bin and test_batch.bin")
        Path path,
    @Option(value = "side of the stored images in pixels, 1 to 4096", defaultValue = "32")
        int imageSize) {

  /** Checks the range. */
  public CifarOptions {
    InvalidOptionException.unless(
        imageSize >= 1 && imageSize <= 4096,
        "image-size",
        "must be from 1 to 4096, found %d",
        imageSize);
  }
}
