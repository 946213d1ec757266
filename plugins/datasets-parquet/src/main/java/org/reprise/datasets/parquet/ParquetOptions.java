package org.reprise.datasets.parquet;

import java.nio.file.Path;
import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code parquet}.
 *
 * @param path folder with the Parquet files
 * @param imageSize side of the stored images, pixels
 * @param image column of the images, where several may be it
 * @param label column of the labels, where several may be it
 * @param labels text file with the class names, where the schema brings none
 */
public record ParquetOptions(
    @Option("folder with train-*.parquet and test-*.parquet, here or in one folder below")
        Path path,
    @Option(value = "side of the stored images in pixels, 1 to 4096", defaultValue = "128")
        int imageSize,
    @Option("column of the images; needed where several structs have bytes") Optional<String> image,
    @Option("column of the labels, integers, texts or booleans; needed where several may be it")
        Optional<String> label,
    @Option(
            "text file with the class names, one a line; needed where the labels are numbers and the"
                + " schema has none")
        Optional<Path> labels) {

  /** Checks the range. */
  public ParquetOptions {
    InvalidOptionException.unless(
        imageSize >= 1 && imageSize <= 4096,
        "image-size",
        "must be from 1 to 4096, found %d",
        imageSize);
  }
}
