package org.reprise.datasets.images;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.reprise.api.data.Split;
import org.reprise.support.ExpectedTree;
import org.reprise.support.Suggestion;

/**
 * Finds the folders of the splits: {@code train} beside {@code test}, {@code val} or both, in the
 * data set's folder or, at any depth, in the one folder below it that has them.
 */
final class SplitFolders {
  private static final int MOST_FOLDERS = 10_000;
  private static final Map<Split, List<String>> NAMES =
      Map.of(
          Split.TRAIN, List.of("train", "training"),
          Split.VALIDATION, List.of("val", "valid", "validation"),
          Split.TEST, List.of("test", "testing"));
  private static final String[] TREE = {
    "train/  <class>/  images, in sub-folders too",
    "test/   <class>/  images",
    "val/    <class>/  images  (optional; the test part where there is no test/)"
  };

  private SplitFolders() {}

  static Map<Split, Path> find(Path root) {
    ExpectedTree tree = ExpectedTree.at(root, TREE);
    Path home = home(tree);
    Map<Split, Path> folders = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<String> found = named(home, split);
      if (found.size() > 1) {
        throw new org.reprise.api.InvalidInputException(
            String.format(
                "%s: holds both %s/ and %s/; expected one", home, found.get(0), found.get(1)));
      }
      if (!found.isEmpty()) {
        folders.put(split, home.resolve(found.get(0)));
      }
    }
    if (!folders.containsKey(Split.TEST)) {
      if (!folders.containsKey(Split.VALIDATION)) {
        throw tree.mismatch(
            "neither \"test\" nor \"val\" beside " + folders.get(Split.TRAIN) + hint(home, "test"));
      }
      folders.put(Split.TEST, folders.remove(Split.VALIDATION));
    }
    return folders;
  }

  /** Goes down level by level to the first folders that hold a training split. */
  private static Path home(ExpectedTree tree) {
    List<Path> level = List.of(tree.root());
    int seen = 0;
    while (!level.isEmpty() && seen < MOST_FOLDERS) {
      List<Path> homes =
          level.stream().filter(folder -> !named(folder, Split.TRAIN).isEmpty()).toList();
      if (homes.size() == 1) {
        return homes.get(0);
      }
      if (homes.size() > 1) {
        throw tree.mismatch(
            "train/ is in several folders, name one of them: "
                + homes.get(0)
                + ", "
                + homes.get(1));
      }
      List<Path> below = new ArrayList<>();
      for (Path folder : level) {
        for (String name : ExpectedTree.namesIn(folder)) {
          if (Files.isDirectory(folder.resolve(name))) {
            below.add(folder.resolve(name));
          }
        }
      }
      seen += below.size();
      level = below;
    }
    throw tree.mismatch("no folder \"train\"" + hint(tree.root(), "train"));
  }

  private static List<String> named(Path folder, Split split) {
    return ExpectedTree.namesIn(folder).stream()
        .filter(name -> NAMES.get(split).contains(name.toLowerCase(Locale.ROOT)))
        .filter(name -> Files.isDirectory(folder.resolve(name)))
        .toList();
  }

  private static String hint(Path folder, String name) {
    return Suggestion.didYouMean(
        name,
        ExpectedTree.namesIn(folder).stream()
            .filter(entry -> Files.isDirectory(folder.resolve(entry)))
            .toList());
  }
}
