package org.reprise.engine.config;

import java.nio.file.Path;

/**
 * Where a value was written.
 *
 * @param source a YAML file, or the command-line option that set the value
 * @param line from 1; 0 where the source has no lines
 * @param column from 1
 * @param folder what relative paths in the value are relative to
 */
public record Place(String source, int line, int column, Path folder) {
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
