package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Split;
import org.reprise.support.ExpectedTree;
import org.reprise.support.FileTree;

/**
 * The files of each split. A file's split is the beginning of its name ({@code
 * train-00000-of-00002.parquet}) or else the name of its folder ({@code train/0000.parquet}; {@code
 * partial-train/} where the hub converted the first part of a large data set only). Files of other
 * names, such as SVHN's {@code extra}, are left out.
 */
final class Shards {
  private static final int DEEPEST = 5;
  private static final String PARTIAL = "partial-";
  private static final Pattern PART = Pattern.compile(".*-(\\d{5})-of-(\\d{5})\\b.*");
  private static final Map<String, Split> NAMES =
      Map.of(
          "train", Split.TRAIN,
          "training", Split.TRAIN,
          "validation", Split.VALIDATION,
          "valid", Split.VALIDATION,
          "val", Split.VALIDATION,
          "dev", Split.VALIDATION,
          "test", Split.TEST,
          "testing", Split.TEST);
  private static final String[] TREE = {
    "train-*.parquet       (here or in one folder below; or train/*.parquet, partial-train/*.parquet)",
    "test-*.parquet        (or validation-*.parquet, which is the test part where there is no test)",
    "validation-*.parquet  (optional)"
  };

  private Shards() {}

  /**
   * Finds the files.
   *
   * @param root the data set's folder
   * @param evaluatesOnly whether a test part is enough
   */
  static Map<Split, List<Path>> find(Path root, boolean evaluatesOnly) {
    ExpectedTree tree = ExpectedTree.at(root, TREE);
    Map<Path, Map<Split, List<Path>>> homes = new TreeMap<>();
    List<String> unknown = new ArrayList<>();
    for (Path file : parquetFiles(root)) {
      Optional<Split> own = split(file);
      Path folder = file.getParent();
      Optional<Split> folders = own.isPresent() ? own : split(folder);
      Path home = own.isPresent() ? folder : folder.getParent();
      if (folders.isPresent()) {
        homes
            .computeIfAbsent(home, key -> new EnumMap<>(Split.class))
            .computeIfAbsent(folders.get(), key -> new ArrayList<>())
            .add(file);
      } else {
        unknown.add(root.relativize(file).toString());
      }
    }
    if (homes.size() > 1) {
      List<Path> some = homes.keySet().stream().limit(5).toList();
      throw tree.mismatch("several folders with Parquet files, name one of them: " + some);
    }
    Map<Split, List<Path>> shards =
        homes.isEmpty() ? new EnumMap<>(Split.class) : homes.values().iterator().next();
    if (!shards.containsKey(Split.TRAIN) && !evaluatesOnly) {
      throw tree.mismatch(
          "no Parquet files of the training part"
              + (unknown.isEmpty() ? "" : "; of no known part: " + unknown.get(0)));
    }
    if (!shards.containsKey(Split.TEST)) {
      if (!shards.containsKey(Split.VALIDATION)) {
        throw tree.mismatch("no Parquet files of a test or validation part");
      }
      shards.put(Split.TEST, shards.remove(Split.VALIDATION));
    }
    shards.values().forEach(files -> checkComplete(tree, files));
    return shards;
  }

  private static void checkComplete(ExpectedTree tree, List<Path> files) {
    for (Path file : files) {
      Matcher part = PART.matcher(file.getFileName().toString());
      if (part.matches() && Integer.parseInt(part.group(2)) != files.size()) {
        throw tree.mismatch(
            String.format(
                "%d files beside %s, expected %d as its name says",
                files.size(), tree.root().relativize(file), Integer.parseInt(part.group(2))));
      }
    }
  }

  private static Optional<Split> split(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    String whole = name.startsWith(PARTIAL) ? name.substring(PARTIAL.length()) : name;
    return Optional.ofNullable(NAMES.get(whole.split("[-_.]", 2)[0]));
  }

  private static List<Path> parquetFiles(Path root) {
    try {
      return FileTree.in(root, DEEPEST).stream()
          .filter(file -> file.getFileName().toString().endsWith(".parquet"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(Files::isRegularFile)
          .sorted(Comparator.naturalOrder())
          .toList();
    } catch (IOException e) {
      throw new InvalidInputException(root + ": cannot be listed: " + e.getMessage(), e);
    }
  }
}
