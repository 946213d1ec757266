package org.reprise.datasets.images;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Split;
import org.reprise.support.ExpectedTree;
import org.reprise.support.Suggestion;

/**
 * The folders of the splits: {@code train} beside {@code test}, {@code val} or both, in the data
 * set's folder or, at any depth, in the one folder below it that has them.
 *
 * @param bySplit what is there
 * @param toCut a folder of class folders to be cut into training and test part, which are then not
 *     in {@code bySplit}
 */
record SplitFolders(Map<Split, Path> bySplit, Optional<Path> toCut) {
  private static final int MOST_FOLDERS = 10_000;
  private static final String SETTING = "split: {test: 0.2, seed: 0}";
  private static final Map<Split, List<String>> NAMES =
      Map.of(
          Split.TRAIN, List.of("train", "training"),
          Split.VALIDATION, List.of("val", "valid", "validation"),
          Split.TEST, List.of("test", "testing"));
  private static final String[] TREE = {
    "train/  <class>/  images, in sub-folders too",
    "test/   <class>/  images",
    "val/    <class>/  images  (optional; the test part where there is no test/)",
    "or, with " + SETTING + ":",
    "<class>/  images"
  };

  /** Returns the folder whose classes are those of the data set. */
  Path first() {
    return toCut.orElseGet(() -> bySplit.values().iterator().next()); // in the order of Split
  }

  /**
   * Finds the folders.
   *
   * @param root the data set's folder
   * @param cuts whether a test part is to be cut off
   * @param evaluatesOnly whether a test part is enough
   */
  static SplitFolders find(Path root, boolean cuts, boolean evaluatesOnly) {
    ExpectedTree tree = ExpectedTree.at(root, TREE);
    Optional<Path> home = home(tree, Split.TRAIN);
    if (home.isPresent()) {
      return withTraining(tree, home.get(), cuts, evaluatesOnly);
    }
    if (evaluatesOnly) {
      for (Split split : List.of(Split.TEST, Split.VALIDATION)) {
        Optional<Path> only = home(tree, split).flatMap(folder -> named(folder, split));
        if (only.isPresent()) {
          return new SplitFolders(Map.of(Split.TEST, only.get()), Optional.empty());
        }
      }
    }
    Path flat = flat(root);
    boolean isFlat = ClassFolders.folders(flat).stream().anyMatch(ImageFolder::holdsImages);
    if (cuts) {
      return new SplitFolders(Map.of(), Optional.of(flat));
    }
    if (isFlat && evaluatesOnly) {
      return new SplitFolders(Map.of(Split.TEST, flat), Optional.empty());
    }
    boolean isEvaluated =
        Stream.of(Split.TEST, Split.VALIDATION).anyMatch(split -> named(flat, split).isPresent());
    String setting =
        isFlat && !isEvaluated
            ? "; if its folders are the classes, set "
                + SETTING
                + " in the dataset block (--set dataset.split.test=0.2; of data commands --set"
                + " split.test=0.2)"
            : hint(root, "train");
    throw tree.mismatch(
        "no folder \"train\""
            + (isEvaluated && setting.isEmpty()
                ? "; what is there is enough to evaluate on (reprise evaluate --data)"
                : setting));
  }

  private static SplitFolders withTraining(
      ExpectedTree tree, Path home, boolean cuts, boolean evaluatesOnly) {
    Map<Split, Path> folders = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      named(home, split).ifPresent(folder -> folders.put(split, folder));
    }
    if (folders.containsKey(Split.TEST)) {
      if (cuts && !evaluatesOnly) {
        throw new InvalidInputException(
            String.format(
                "%s: a test part is to be cut off (split), but there is one; leave split out",
                folders.get(Split.TEST)));
      }
      return new SplitFolders(folders, Optional.empty());
    }
    if (cuts) {
      Path train = folders.remove(Split.TRAIN);
      return new SplitFolders(folders, Optional.of(train));
    }
    if (!folders.containsKey(Split.VALIDATION)) {
      throw tree.mismatch(
          "neither \"test\" nor \"val\" beside "
              + folders.get(Split.TRAIN)
              + hint(home, "test")
              + "; "
              + SETTING
              + " in the dataset block cuts a test part off");
    }
    folders.put(Split.TEST, folders.remove(Split.VALIDATION));
    return new SplitFolders(folders, Optional.empty());
  }

  /** Goes down through folders that hold but one folder and no images, as archives have them. */
  private static Path flat(Path root) {
    Path folder = root;
    for (int depth = 0; depth < 16; depth++) {
      List<Path> below = ClassFolders.folders(folder);
      if (below.size() != 1 || ImageFolder.holdsImages(below.get(0))) {
        return folder;
      }
      folder = below.get(0);
    }
    return folder;
  }

  /** Goes down level by level to the first folders that hold a split. */
  private static Optional<Path> home(ExpectedTree tree, Split split) {
    List<Path> level = List.of(tree.root());
    int seen = 0;
    while (!level.isEmpty() && seen < MOST_FOLDERS) {
      List<Path> homes = level.stream().filter(folder -> named(folder, split).isPresent()).toList();
      if (homes.size() == 1) {
        return Optional.of(homes.get(0));
      }
      if (homes.size() > 1) {
        throw tree.mismatch(
            String.format(
                "%s/ is in several folders, name one of them: %s, %s",
                NAMES.get(split).get(0), homes.get(0), homes.get(1)));
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
    return Optional.empty();
  }

  private static Optional<Path> named(Path home, Split split) {
    List<String> found =
        ExpectedTree.namesIn(home).stream()
            .filter(name -> NAMES.get(split).contains(name.toLowerCase(Locale.ROOT)))
            .filter(name -> Files.isDirectory(home.resolve(name)))
            .filter(name -> !isClass(home, home.resolve(name)))
            .toList();
    if (found.size() > 1) {
      throw new InvalidInputException(
          String.format(
              "%s: holds both %s/ and %s/; expected one", home, found.get(0), found.get(1)));
    }
    return found.stream().findFirst().map(home::resolve);
  }

  /** A class may be called "train", too; its folder holds images, as those beside it. */
  private static boolean isClass(Path home, Path folder) {
    return ImageFolder.holdsImages(folder)
        && ClassFolders.folders(folder).isEmpty()
        && ClassFolders.folders(home).stream()
            .filter(beside -> !isSplit(beside))
            .anyMatch(ImageFolder::holdsImages);
  }

  private static boolean isSplit(Path folder) {
    String name = String.valueOf(folder.getFileName()).toLowerCase(Locale.ROOT);
    return NAMES.values().stream().anyMatch(names -> names.contains(name));
  }

  private static String hint(Path folder, String name) {
    return Suggestion.didYouMean(
        name,
        ExpectedTree.namesIn(folder).stream()
            .filter(entry -> Files.isDirectory(folder.resolve(entry)))
            .toList());
  }
}
