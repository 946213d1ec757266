package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;
import org.reprise.support.FileTree;

/** Images named on the command line: files, folders, and patterns that the shell left alone. */
final class ImageArguments {
  private static final List<String> ENDINGS =
      List.of(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".ppm", ".pgm", ".pbm", ".webp");

  private ImageArguments() {}

  /**
   * Lists the image files.
   *
   * @param arguments as typed
   * @return a file as it is, whatever its name; of a folder and its sub-folders the images, sorted;
   *     of a pattern with {@code *}, {@code ?} or brackets the files that match, sorted
   * @throws InvalidInputException if a folder or a pattern has none
   */
  static List<Path> files(List<String> arguments) {
    List<Path> files = new ArrayList<>();
    for (String argument : arguments) {
      Path path = Path.of(argument);
      if (Files.isDirectory(path)) {
        files.addAll(walk(path, file -> isImage(file) && !isHidden(path.relativize(file))));
      } else if (!Files.exists(path) && isPattern(argument)) {
        files.addAll(matching(argument));
      } else {
        files.add(path);
      }
    }
    return files;
  }

  private static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  private static List<Path> matching(String pattern) {
    Path start = Path.of(pattern).getParent();
    while (start != null && isPattern(start.toString())) {
      start = start.getParent();
    }
    Path home = start == null ? Path.of("") : start;
    try {
      PathMatcher matcher = home.getFileSystem().getPathMatcher("glob:" + pattern);
      return walk(home, matcher::matches);
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException(Shown.of(pattern) + ": " + e.getDescription(), e);
    }
  }

  private static List<Path> walk(Path home, Predicate<Path> wanted) {
    if (!Files.isDirectory(home)) {
      throw new InvalidInputException(home + ": no such folder");
    }
    try {
      List<Path> files =
          FileTree.in(home, Integer.MAX_VALUE).stream()
              .filter(Files::isRegularFile)
              .filter(wanted)
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new InvalidInputException(
            (home.toString().isEmpty() ? "." : home)
                + ": no images that are meant; images of a folder end in "
                + String.join(", ", ENDINGS));
      }
      return files;
    } catch (IOException e) {
      throw new InvalidInputException(home + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static boolean isImage(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  private static boolean isHidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
