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
  private static final List<String> TRUTH_VALUES = List.of("false", "true");

  private final ParquetOptions options;
  private final PageCache cache = new PageCache();
  private final ClassList classes;
  private boolean namesAreLabels; // they are texts, and nobody gave names

  private ParquetDataset(ParquetOptions options) {
    this.options = options;
    this.classes = new ClassList(options.path());
    options.labels().ifPresent(file -> classes.set(names(file), file));
  }

  static Dataset open(ParquetOptions options, DatasetContext context) {
    ParquetDataset dataset = new ParquetDataset(options);
    options.labels().ifPresent(context::input);
    return ShardedDataset.open(
        context,
        Shards.find(options.path(), context.evaluatesOnly()),
        dataset::shard,
        dataset::labels,
        ImageSize.square(options.imageSize()));
  }

  private List<String> labels() {
    if (namesAreLabels) {
      classes.sortTexts();
    }
    return ClassNames.shown(classes.all());
  }

  private Shard shard(Path path) throws IOException {
    Shard shard = Shard.open(path, options, cache, classes);
    try {
      takeNames(path, shard);
      return shard;
    } catch (IOException | RuntimeException e) {
      shard.close();
      throw e;
    }
  }

  /** The first file's class names are everybody's, unless the options name others. */
  private void takeNames(Path path, Shard shard) throws IOException {
    List<String> own = shard.labels().isBoolean() ? TRUTH_VALUES : shard.features().names();
    if (shard.labels().isText() && options.labels().isEmpty()) {
      requireAlike(path, namesAreLabels || classes.all().isEmpty());
      namesAreLabels = true;
      classes.add(shard.labels().texts());
      return;
    }
    requireAlike(path, !namesAreLabels);
    if (classes.all().isEmpty()) {
      classes.set(own, path);
    }
    if (classes.all().isEmpty()) {
      throw new InvalidInputException(
          path
              + ": the schema brings no class names (metadata \"huggingface\"); name a text file"
              + " with one a line by the option \"labels\"");
    }
    boolean hasOthers = !own.isEmpty() && !own.equals(classes.all());
    if (hasOthers && options.labels().isEmpty()) {
      throw new InvalidInputException(path + ": other class names than in " + classes.source());
    }
  }

  private void requireAlike(Path path, boolean isAlike) {
    if (!isAlike) {
      throw new InvalidInputException(
          path + ": its labels are of another kind (texts, numbers) than those of the file before");
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
