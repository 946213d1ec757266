package org.reprise.support;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.reprise.api.InvalidInputException;

/** Text files with a name, or another short text, on each line: classes, labels, templates. */
public final class NameFile {
  private NameFile() {}

  /**
   * Reads such a file.
   *
   * @param option the option that names the file, for messages, e.g. {@code backbone.labels}; empty
   *     where the file is a data set's own
   * @param file UTF-8; white space around a name and empty lines do not count
   * @return the names in the file's order, possibly none; unmodifiable
   * @throws InvalidInputException if it cannot be read
   */
  public static List<String> read(String option, Path file) {
    String place = option.isEmpty() ? file.toString() : option + ": " + file;
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(place + ": not UTF-8 text", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          place + (Files.exists(file) ? ": cannot be read: " + e.getMessage() : ": no such file"),
          e);
    }
  }
}
