package org.reprise.datasets.images;

import java.nio.file.Files;
import java.nio.file.Path;
import org.reprise.api.InvalidInputException;

/** Checks of the option {@code path}. */
final class Folders {
  private Folders() {}

  /** Throws unless {@code path} is a folder, and names the sibling that may be meant. */
  static void require(Path path, String expected) {
    if (Files.isDirectory(path)) {
      return;
    }
    Path absolute = path.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    throw new InvalidInputException(
        String.format(
            "%s: %s; expected a folder with %s%s",
            path,
            Files.exists(path) ? "not a folder" : "no such folder",
            expected,
            name == null
                ? ""
                : Nearest.hint(name.toString(), Nearest.namesIn(absolute.getParent()))));
  }
}
