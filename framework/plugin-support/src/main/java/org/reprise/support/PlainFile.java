package org.reprise.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.reprise.api.InvalidInputException;

/**
 * Files that are to be read. A named pipe that nobody writes to would be waited for without end,
 * and a device may never end.
 */
public final class PlainFile {
  /** What is said of a path that is there but neither a file nor a folder. */
  public static final String SPECIAL = "not a plain file but a pipe, a socket or a device";

  private PlainFile() {}

  /**
   * Says why a path is no file that can be read.
   *
   * @param file as the user gave it; links are followed
   * @return the reason; empty if it is a file
   */
  public static Optional<String> fault(Path file) {
    if (Files.isRegularFile(file)) {
      return Optional.empty();
    }
    if (Files.isDirectory(file)) {
      return Optional.of("not a file but a folder");
    }
    return Optional.of(Files.exists(file) ? SPECIAL : "no such file");
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
