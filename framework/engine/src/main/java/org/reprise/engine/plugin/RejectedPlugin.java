package org.reprise.engine.plugin;

import java.nio.file.Path;

/**
 * A plugin that was left out.
 *
 * @param file its jar or folder
 * @param reason why, in a sentence
 */
public record RejectedPlugin(Path file, String reason) {
  @Override
  public String toString() {
    return file + ": left out: " + reason;
  }
}
