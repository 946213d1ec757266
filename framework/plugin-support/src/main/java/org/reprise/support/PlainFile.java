package org.reprise.support;

import java.nio.file.Path;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.FileKind;

/** Files that a user names and that are to be read. */
public final class PlainFile {
  private PlainFile() {}

  /**
   * Says why a path is no file that can be read.
   *
   * @param file as the user gave it; links are followed
   * @return the reason; empty if it is a file
   */
  public static Optional<String> fault(Path file) {
    return FileKind.fault(file);
  }

  /**
   * Checks that a path is a file.
   *
   * @param place what the message begins with, e.g. {@code "backbone.file: "}; may be empty
   * @param file as the user gave it
   * @throws InvalidInputException if it is none; the message says what it is
   */
  public static void require(String place, Path file) {
    fault(file)
        .ifPresent(
            why -> {
              throw new InvalidInputException(place + file + ": " + why);
            });
  }
}
