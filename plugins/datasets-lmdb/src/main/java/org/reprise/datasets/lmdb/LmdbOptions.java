package org.reprise.datasets.lmdb;

import java.nio.file.Path;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of all data sets of this plugin.
 *
 * @param path folder with the LMDB files
 * @param imageSize side of the stored images, pixels
 */
public record LmdbOptions(
    @Option("folder with train.lmdb, test.lmdb and split.json") Path path,
    @Option(value = "side of the stored images in pixels, 1 to 4096", defaultValue = "128")
        int imageSize) {

  /** Checks the range. */
  public LmdbOptions {
    InvalidOptionException.unless(
        imageSize >= 1 && imageSize <= 4096,
        "image-size",
        "must be from 1 to 4096, found %d",
        imageSize);
  }
}
