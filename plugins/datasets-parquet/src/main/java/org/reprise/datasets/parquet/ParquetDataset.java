package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.support.ClassNames;
import org.reprise.support.NameFile;
import org.reprise.support.ShardedDataset;

/** Images and labels in Parquet files, one or several for each split. */
final class ParquetDataset {
  private final ParquetOptions options;
  private List<String> names;
  private Path source; // of the names

  private ParquetDataset(ParquetOptions options) {
    this.options = options;
    this.source = options.labels().orElse(options.path());
    this.names = options.labels().map(ParquetDataset::names).orElse(List.of());
  }

  static Dataset open(ParquetOptions options, DatasetContext context) {
    ParquetDataset dataset = new ParquetDataset(options);
    options.labels().ifPresent(context::input);
    return ShardedDataset.open(
        context,
        Shards.find(options.path()),
        dataset::shard,
        () -> ClassNames.shown(dataset.names),
        ImageSize.square(options.imageSize()));
  }

  /** Opens a file. The first one's class names are everybody's, unless the options name others. */
  private Shard shard(Path path) throws IOException {
    Shard shard = Shard.open(path, options);
    try {
      List<String> own = shard.names();
      if (names.isEmpty()) {
        names = own;
        source = path;
      }
      if (names.isEmpty()) {
        throw new InvalidInputException(
            path
                + ": the schema brings no class names (metadata \"huggingface\"); name a text file"
                + " with one a line by the option \"labels\"");
      }
      boolean hasOthers = !own.isEmpty() && !own.equals(names);
      if (hasOthers && options.labels().isEmpty()) {
        throw new InvalidInputException(path + ": other class names than in " + source);
      }
      shard.expect(names.size());
      return shard;
    } catch (RuntimeException e) {
      shard.close();
      throw e;
    }
  }

  private static List<String> names(Path file) {
    List<String> names = NameFile.read("", file);
    if (names.isEmpty()) {
      throw new InvalidInputException(file + ": no class names, expected one a line");
    }
    return names;
  }
}
