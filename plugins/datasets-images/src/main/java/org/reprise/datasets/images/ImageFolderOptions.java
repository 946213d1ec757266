package org.reprise.datasets.images;

import java.nio.file.Path;
import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code image-folder}.
 *
 * @param path folder with {@code train} and {@code test}, or with a folder for each class
 * @param imageSize side of the stored images, pixels
 * @param split how to make a test part where there is none
 */
public record ImageFolderOptions(
    @Option(
            "folder with train/ and test/ (and val/ or validation/), each with a folder per class;"
                + " with split, also a folder of class folders")
        Path path,
    @Option(value = "side of the stored images in pixels, 1 to 4096", defaultValue = "128")
        int imageSize,
    @Option("cuts a test part off where there is no test/, e.g. {test: 0.2, seed: 0}")
        Optional<Cut> split) {

  /** Checks the range. */
  public ImageFolderOptions {
    InvalidOptionException.unless(
        imageSize >= 1 && imageSize <= 4096,
        "image-size",
        "must be from 1 to 4096, found %d",
        imageSize);
  }

  /**
   * How a test part is cut off.
   *
   * @param test share of every class, in (0,1)
   * @param seed which images
   */
  public record Cut(
      @Option("share of each class's images that are the test part, between 0 and 1") double test,
      @Option(value = "chooses the images; not the run's seed", defaultValue = "0") long seed) {

    /** Checks the range. */
    public Cut {
      InvalidOptionException.unless(
          test > 0 && test < 1, "test", "must be between 0 and 1, found %s", test);
    }
  }
}
