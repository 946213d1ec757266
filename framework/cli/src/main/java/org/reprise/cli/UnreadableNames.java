package org.reprise.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names that are not UTF-8. Java hands them on with U+FFFD for what it cannot read, so that no such
 * file is found, and from such a working directory none at all.
 */
final class UnreadableNames {
  private static final String UNREADABLE = "\ufffd";
  private static final String MARK = " (? stands for what cannot be read)";

  private UnreadableNames() {}

  /**
   * Says what cannot be read.
   *
   * @param folder the working directory
   * @param arguments as Java hands them on
   * @return the message; empty if all is well
   */
  static Optional<String> fault(String folder, String... arguments) {
    if (isUnreadable(folder)) {
      return Optional.of(
          "the working directory's name is not UTF-8, and nothing is found from there: "
              + shown(folder)
              + "; rename it, or start from another directory");
    }
    for (String argument : arguments) {
      if (isUnreadable(argument)) {
        return Optional.of(
            "this argument is not UTF-8: "
                + shown(argument)
                + "; a file or folder of such a name must be renamed");
      }
    }
    return Optional.empty();
  }

  private static boolean isUnreadable(String name) {
    if (!name.contains(UNREADABLE)) {
      return false;
    }
    try {
      return !Files.exists(Path.of(name)); // the character may be meant
    } catch (InvalidPathException e) {
      return true;
    }
  }

  private static String shown(String name) {
    return Main.shown(name.replace(UNREADABLE, "?")) + MARK;
  }
}
