package org.reprise.datasets.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;
import org.reprise.support.NameForm;
import org.reprise.support.Suggestion;

/**
 * The class folders of one split, sorted by name. Two names are one class if they have one {@link
 * NameForm}, since a copy made on another system may write the same name otherwise.
 *
 * @param home the folder that holds them
 * @param byForm each class's folder by the form of its name, in order
 */
record ClassFolders(Path home, Map<String, Path> byForm) {

  /** Lists the class folders; there is at least one. */
  static ClassFolders in(Path home) {
    Map<String, Path> byForm = new TreeMap<>();
    for (Path folder : folders(home)) {
      Path twin = byForm.putIfAbsent(NameForm.of(name(folder)), folder);
      if (twin != null) {
        throw new InvalidInputException(
            String.format(
                "%s: the class folders %s and %s look alike; their names differ only in how"
                    + " accents, quotes, ligatures or wide letters are written",
                home, codes(name(twin)), codes(name(folder))));
      }
    }
    if (byForm.isEmpty()) {
      throw new InvalidInputException(
          home + ": no class folders; expected a folder of images for each class");
    }
    return new ClassFolders(home, byForm);
  }

  /** Lists the folders in a folder that are not hidden, sorted by name. */
  static List<Path> folders(Path home) {
    try (Stream<Path> entries = Files.list(home)) {
      return entries
          .filter(entry -> !name(entry).startsWith("."))
          .filter(Files::isDirectory)
          .sorted(Comparator.comparing(ClassFolders::name))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidInputException(home + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Returns the class names, as the folders write them. */
  List<String> names() {
    return byForm.values().stream().map(ClassFolders::name).toList();
  }

  /** Returns the folders, in the order of the classes. */
  List<Path> paths() {
    return List.copyOf(byForm.values());
  }

  /** Checks that another split has the same classes. */
  void requireSame(ClassFolders other) {
    Set<String> unknown = new TreeSet<>(other.byForm.keySet());
    unknown.removeAll(byForm.keySet());
    if (!unknown.isEmpty()) {
      String first = unknown.iterator().next();
      throw new InvalidInputException(
          String.format(
              "%s: class folder \"%s\" does not occur in %s%s",
              other.home, Shown.of(first), home, Suggestion.didYouMean(first, byForm.keySet())));
    }
    Set<String> missing = new TreeSet<>(byForm.keySet());
    missing.removeAll(other.byForm.keySet());
    if (!missing.isEmpty()) {
      List<String> some = missing.stream().limit(5).map(Shown::of).toList();
      throw new InvalidInputException(
          String.format(
              "%s: no folder for %d of %d classes of %s: %s%s",
              other.home,
              missing.size(),
              byForm.size(),
              home,
              String.join(", ", some),
              missing.size() > some.size()
                  ? " and " + (missing.size() - some.size()) + " more"
                  : ""));
    }
  }

  /** Names that look alike are told apart by the codes of their unusual characters. */
  private static String codes(String name) {
    StringBuilder text = new StringBuilder("\"");
    name.codePoints()
        .limit(80)
        .forEach(
            c -> text.append(c >= ' ' && c < 127 ? (char) c + "" : String.format("<U+%04X>", c)));
    return text.append('"').toString();
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
