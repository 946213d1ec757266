package org.reprise.engine.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.reprise.api.InvalidInputException;

/** Says why a file or folder cannot be written. */
public final class WriteFailure {
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
