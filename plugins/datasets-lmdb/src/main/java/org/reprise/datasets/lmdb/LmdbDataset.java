package org.reprise.datasets.lmdb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.support.ClassNames;
import org.reprise.support.ExpectedTree;
import org.reprise.support.ShardedDataset;

/** A folder with an LMDB file for each split and {@code split.json}, as the published code has. */
final class LmdbDataset {
  private static final String[] TREE = {
    "train.lmdb  (a file, or a folder with data.mdb)",
    "test.lmdb",
    "val.lmdb    (optional)",
    "split.json  (class names)"
  };

  private LmdbDataset() {}

  /**
   * Opens a folder.
   *
   * @param name of the data set, for messages
   * @param classes how many it has, where that is known
   */
  static Dataset open(
      String name, OptionalInt classes, LmdbOptions options, DatasetContext context) {
    ExpectedTree tree = ExpectedTree.at(options.path(), TREE);
    Map<Split, List<Path>> files = new EnumMap<>(Split.class);
    files.put(Split.TRAIN, List.of(data(tree, "train.lmdb")));
    files.put(Split.TEST, List.of(data(tree, "test.lmdb")));
    if (Files.exists(options.path().resolve("val.lmdb"))) {
      files.put(Split.VALIDATION, List.of(data(tree, "val.lmdb")));
    }
    Path split = tree.file("split.json");
    List<String> names = SplitJson.names(split);
    if (classes.isPresent() && names.size() != classes.getAsInt()) {
      throw new InvalidInputException(
          String.format(
              "%s: %d classes, but %s has %d; \"name: lmdb\" reads any number",
              split, names.size(), name, classes.getAsInt()));
    }
    context.input(split);
    return ShardedDataset.open(
        context,
        files,
        file -> LmdbSplit.open(file, names.size()),
        () -> ClassNames.shown(names),
        ImageSize.square(options.imageSize()));
  }

  private static Path data(ExpectedTree tree, String name) {
    return Files.isDirectory(tree.root().resolve(name))
        ? tree.file(name + "/data.mdb")
        : tree.file(name);
  }
}
