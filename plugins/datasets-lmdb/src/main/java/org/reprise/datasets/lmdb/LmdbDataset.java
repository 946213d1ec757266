package org.reprise.datasets.lmdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ClassNames;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ExpectedTree;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/** A folder with an LMDB file for each split and {@code split.json}, as the published code has. */
final class LmdbDataset implements Dataset {
  private static final String[] TREE = {
    "train.lmdb  (a file, or a folder with data.mdb)",
    "test.lmdb",
    "val.lmdb    (optional)",
    "split.json  (class names)"
  };

  private final List<String> labels;
  private final ImageSize imageSize;
  private final Map<Split, LmdbSplit> splits;

  private LmdbDataset(List<String> labels, ImageSize imageSize, Map<Split, LmdbSplit> splits) {
    this.labels = labels;
    this.imageSize = imageSize;
    this.splits = splits;
  }

  /**
   * Opens a folder.
   *
   * @param name of the data set, for messages
   * @param classes how many it has, where that is known
   */
  static LmdbDataset open(String name, OptionalInt classes, LmdbOptions options) {
    ExpectedTree tree = ExpectedTree.at(options.path(), TREE);
    Path train = data(tree, "train.lmdb");
    Path test = data(tree, "test.lmdb");
    Path split = tree.file("split.json");
    List<String> names = SplitJson.names(split);
    if (classes.isPresent() && names.size() != classes.getAsInt()) {
      throw new InvalidInputException(
          String.format(
              "%s: %d classes, but %s has %d; \"name: lmdb\" reads any number",
              split, names.size(), name, classes.getAsInt()));
    }
    Map<Split, LmdbSplit> splits = new EnumMap<>(Split.class);
    LmdbDataset dataset =
        new LmdbDataset(ClassNames.shown(names), ImageSize.square(options.imageSize()), splits);
    try {
      splits.put(Split.TRAIN, LmdbSplit.open(train, names.size()));
      splits.put(Split.TEST, LmdbSplit.open(test, names.size()));
      Path validation = options.path().resolve("val.lmdb");
      if (Files.exists(validation)) {
        splits.put(Split.VALIDATION, LmdbSplit.open(validation, names.size()));
      }
      return dataset;
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  private static Path data(ExpectedTree tree, String name) {
    return Files.isDirectory(tree.root().resolve(name))
        ? tree.file(name + "/data.mdb")
        : tree.file(name);
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int size(Split split) {
    return splits.containsKey(split) ? splits.get(split).size() : 0;
  }

  @Override
  public ImageSize imageSize() {
    return imageSize;
  }

  @Override
  public EncodedSample read(Split split, int index) throws IOException {
    int checked = Objects.checkIndex(index, size(split));
    return splits.get(split).read(checked);
  }

  @Override
  public void close() {
    for (LmdbSplit split : splits.values()) {
      try {
        split.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
