package org.reprise.engine.identity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.FileKind;
import org.reprise.engine.config.RecordWriter;

/**
 * The files and folders that an extension's results depend on: those it declared, and every option
 * that is a path and exists. Thread-safe.
 */
public final class DeclaredInputs {
  private final Set<Path> paths = new LinkedHashSet<>();

  /** Declares a file or folder; see {@link org.reprise.api.ExtensionContext#input}. */
  public synchronized Path declare(Path file) {
    if (!Files.exists(file)) {
      throw new InvalidInputException(file + ": no such file or folder");
    }
    if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw new InvalidInputException(file + ": " + FileKind.SPECIAL);
    }
    paths.add(file.toAbsolutePath().normalize());
    return file;
  }

  /**
   * Declares every path among bound options, wherever it stands: in a list, a map, a nested record.
   *
   * @param options an extension's; a path that does not exist is the name of something else
   */
  public void declareOptions(Record options) {
    declareValue(options);
  }

  private void declareValue(Object value) {
    if (value instanceof Path path) {
      if (Files.exists(path)) {
        declare(path);
      }
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(this::declareValue);
    } else if (value instanceof List<?> list) {
      list.forEach(this::declareValue);
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(this::declareValue);
    } else if (value instanceof Record record) {
      RecordWriter.values(record).values().forEach(this::declareValue);
    }
  }

  /** Returns what was declared, in order. */
  public synchronized List<Path> paths() {
    return List.copyOf(paths);
  }
}
