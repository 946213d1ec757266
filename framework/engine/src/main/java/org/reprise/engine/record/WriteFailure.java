package org.reprise.engine.record;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.reprise.api.InvalidInputException;

/** Says why a file or folder cannot be written. */
public final class WriteFailure {
  /** Said of a device or a pipe, which a file that is renamed would take the place of. */
  static final String NO_FILE = "it is there, and is no plain file";

  private WriteFailure() {}

  /**
   * Words a failure.
   *
   * @param what was to be written, with the option that named it
   * @param e as the system reports it, which is often a path and nothing else
   * @return what to throw
   */
  public static InvalidInputException of(String what, IOException e) {
    return new InvalidInputException(what + " cannot be written: " + reason(e), e);
  }

  /**
   * Says before the work, not after it, that its result has no place.
   *
   * @param option that names the file
   * @param file to be written
   * @throws InvalidInputException if it cannot be
   */
  public static void requirePlace(String option, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    String problem =
        Files.isDirectory(file)
            ? "it is a folder"
            : !Files.isDirectory(folder)
                ? "no such folder"
                : Files.isWritable(Files.exists(file) ? file : folder) ? "" : "no permission";
    if (!problem.isEmpty()) {
      throw new InvalidInputException(option + " " + file + " cannot be written: " + problem);
    }
  }

  /**
   * Has a failure name its file. The system names it where a file cannot be opened; where writing
   * fails later, because the disk is full, it does not.
   *
   * @param file what was written
   * @param e as the system reports it
   * @return what to throw
   */
  static IOException naming(Path file, IOException e) {
    return e instanceof FileSystemException ? e : new IOException(file + ": " + reason(e), e);
  }

  /** Words a failure, which the system may report as a path and nothing else. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file or folder";
    } else if (e instanceof AccessDeniedException denied) {
      return "no permission to write " + denied.getFile();
    } else if (e instanceof FileAlreadyExistsException there) {
      return there.getFile() + " is there already, and is no folder";
    } else if (e instanceof FileSystemException other && other.getReason() != null) {
      return other.getFile() + ": " + other.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
