package org.reprise.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;

/**
 * The files and folders that a data set's folder must hold. Whatever is missing becomes one error
 * that shows the tree expected beside what was found.
 *
 * @param root the folder, as the user gave it
 * @param lines what it must hold, one entry a line; indented below a folder, comments after two
 *     spaces
 */
public record ExpectedTree(Path root, List<String> lines) {
  private static final int SHOWN = 12;

  /** Copies the lines. */
  public ExpectedTree {
    lines = List.copyOf(lines);
  }

  /**
   * Makes a tree and checks that its root is a folder.
   *
   * @param root the folder, as the user gave it
   * @param lines what it must hold
   * @return the tree
   * @throws InvalidInputException if there is no such folder
   */
  public static ExpectedTree at(Path root, String... lines) {
    ExpectedTree tree = new ExpectedTree(root, List.of(lines));
    if (!Files.isDirectory(root)) {
      String near = Files.exists(root) ? "" : near(root);
      throw new InvalidInputException(
          String.format(
              "%s: %s%s%s",
              root, Files.exists(root) ? "not a folder" : "no such folder", near, tree.expected()));
    }
    return tree;
  }

  /**
   * Finds a file of the tree.
   *
   * @param relative its path below the root, with {@code /}
   * @return the file
   * @throws InvalidInputException if it is missing or no file
   */
  public Path file(String relative) {
    Path file = root.resolve(relative);
    if (!Files.isRegularFile(file)) {
      throw missing("file", file);
    }
    return file;
  }

  /**
   * Finds a folder of the tree.
   *
   * @param relative its path below the root, with {@code /}
   * @return the folder
   * @throws InvalidInputException if it is missing or no folder
   */
  public Path folder(String relative) {
    Path folder = root.resolve(relative);
    if (!Files.isDirectory(folder)) {
      throw missing("folder", folder);
    }
    return folder;
  }

  /**
   * Makes the error of a folder that does not look as expected.
   *
   * @param problem what is wrong, without the root
   * @return to be thrown
   */
  public InvalidInputException mismatch(String problem) {
    return new InvalidInputException(
        root + ": " + problem + expected() + "\nfound: " + found(root));
  }

  /**
   * Finds what may be meant by the name of something that is missing.
   *
   * @param missing file or folder
   * @return {@code ; did you mean "x"?} with the nearest name beside it, or nothing
   */
  public static String near(Path missing) {
    Path absolute = missing.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    return name == null
        ? ""
        : Suggestion.didYouMean(name.toString(), namesIn(absolute.getParent()));
  }

  /**
   * Lists a folder.
   *
   * @param folder may be null
   * @return the names in it, sorted, hidden ones left out; none where it cannot be read
   */
  public static List<String> namesIn(Path folder) {
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  private InvalidInputException missing(String kind, Path wanted) {
    Path parent = wanted.getParent();
    while (parent != null && !Files.isDirectory(parent) && !parent.equals(root)) {
      wanted = parent;
      kind = "folder";
      parent = wanted.getParent();
    }
    List<String> names = namesIn(parent);
    String name = String.valueOf(wanted.getFileName());
    String where = root.equals(parent) ? "" : "\nfound in " + parent + ": " + shown(names);
    return new InvalidInputException(
        String.format(
            "%s: %s %s \"%s\"%s%s\nfound: %s%s",
            root,
            Files.exists(wanted) ? "not a" : "no",
            kind,
            root.relativize(wanted),
            Suggestion.didYouMean(name, names),
            expected(),
            found(root),
            where));
  }

  private String expected() {
    return lines.stream()
        .map(line -> "\n  " + line)
        .collect(Collectors.joining("", "\nexpected:", ""));
  }

  private static String found(Path folder) {
    return shown(
        namesIn(folder).stream()
            .map(name -> Files.isDirectory(folder.resolve(name)) ? name + "/" : name)
            .toList());
  }

  private static String shown(List<String> names) {
    if (names.isEmpty()) {
      return "nothing";
    }
    String first = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return names.size() > SHOWN ? first + ", ... (" + names.size() + " entries)" : first;
  }
}
