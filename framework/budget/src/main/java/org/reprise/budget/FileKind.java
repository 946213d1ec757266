package org.reprise.budget;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a path is that is to be read as a file. A named pipe that nobody writes to would be waited
 * for without end, and a device may never end.
 */
public final class FileKind {
  /** What is said of a path that is there but neither a file nor a folder. */
  public static final String SPECIAL = "not a plain file but a pipe, a socket or a device";

  private FileKind() {}

  /**
   * Says why a path is no file that can be read.
   *
   * @param file any path; links are followed
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
   * Checks a path before it is opened.
   *
   * @param file any path
   * @throws IOException if something is there that is no file; opening tells of one that is missing
   */
  public static void require(Path file) throws IOException {
    Optional<String> fault = fault(file);
    if (fault.isPresent() && Files.exists(file)) {
      throw new IOException(fault.get());
    }
  }
}
