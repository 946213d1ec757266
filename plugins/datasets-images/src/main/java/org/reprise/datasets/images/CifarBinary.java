package org.reprise.datasets.images;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.support.ClassNames;
import org.reprise.support.ExpectedTree;
import org.reprise.support.NameFile;
import org.reprise.support.ShardedDataset;

/**
 * The binary versions of CIFAR-10 and CIFAR-100: the official files, or one file for each split in
 * the same format.
 */
final class CifarBinary {
  private CifarBinary() {}

  static Dataset open(CifarRecords layout, SmallImageOptions options, DatasetContext context) {
    Path unpacked = options.path().resolve(layout.folder());
    Path root = Files.isDirectory(unpacked) ? unpacked : options.path();
    ExpectedTree tree = ExpectedTree.at(root, layout.tree().toArray(String[]::new));
    List<Path> train = files(tree, List.of("train.bin"), layout.batches());
    List<Path> test = files(tree, List.of("test.bin"), List.of(layout.test()));
    List<String> labels = ClassNames.shown(names(tree, layout, context));
    return ShardedDataset.open(
        context,
        Map.of(Split.TRAIN, train, Split.TEST, test),
        file -> new RecordFile(file, layout),
        () -> labels,
        ImageSize.square(options.imageSize()));
  }

  /** Chooses between the two ways to name the files of a split. */
  private static List<Path> files(ExpectedTree tree, List<String> own, List<String> official) {
    boolean hasOwn = own.stream().anyMatch(name -> Files.exists(tree.root().resolve(name)));
    boolean hasOfficial =
        official.stream().anyMatch(name -> Files.exists(tree.root().resolve(name)));
    if (hasOwn && hasOfficial && !own.equals(official)) {
      throw tree.mismatch("holds both " + own.get(0) + " and " + official.get(0));
    }
    return (hasOfficial ? official : own).stream().map(tree::file).toList();
  }

  private static List<String> names(
      ExpectedTree tree, CifarRecords layout, DatasetContext context) {
    if (!layout.names().isEmpty() && !Files.exists(tree.root().resolve(layout.namesFile()))) {
      return layout.names();
    }
    Path file = tree.file(layout.namesFile());
    List<String> names = NameFile.read("", file);
    context.input(file);
    if (names.size() != layout.classes() || Set.copyOf(names).size() != names.size()) {
      throw new InvalidInputException(
          String.format(
              "%s: %d class names, expected %d different ones, one a line",
              file, names.size(), layout.classes()));
    }
    return names;
  }
}
