package org.reprise.engine.study;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How somebody called for runs; recorded, and of no influence on them.
 *
 * @param commandLine as typed, word by word
 * @param experiment the file, if one was named
 * @param settings the {@code --set} texts, as given
 */
public record Invocation(
    List<String> commandLine, Optional<Path> experiment, List<String> settings) {
  /** Copies the lists. */
  public Invocation {
    commandLine = List.copyOf(commandLine);
    settings = List.copyOf(settings);
  }

  /** A call that names no experiment file. */
  public static Invocation of(List<String> commandLine) {
    return new Invocation(commandLine, Optional.empty(), List.of());
  }
}
