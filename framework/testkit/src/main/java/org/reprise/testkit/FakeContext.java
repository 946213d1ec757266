package org.reprise.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.reprise.api.ExtensionContext;
import org.reprise.api.InvalidInputException;

/** What all surroundings for tests share: they keep what an extension declares and says. */
public interface FakeContext extends ExtensionContext {

  /**
   * Returns the inputs that were declared.
   *
   * @return files and folders in order; modified by {@link #input}
   */
  List<Path> inputs();

  /**
   * Returns what the user was told.
   *
   * @return notes in order; modified by {@link #note}
   */
  List<String> notes();

  @Override
  default Path input(Path file) {
    if (!Files.isReadable(file)) {
      throw new InvalidInputException(file + ": cannot be read");
    }
    inputs().add(file);
    return file;
  }

  @Override
  default void note(String text) {
    notes().add(text);
  }
}
