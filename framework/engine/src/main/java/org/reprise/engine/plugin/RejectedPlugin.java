package org.reprise.engine.plugin;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A plugin that was left out.
 *
 * @param file its jar or folder
 * @param reason why, in a sentence
 * @param taken the extension whose name it wanted too, if that was the reason
 */
public record RejectedPlugin(Path file, String reason, Optional<TakenName> taken) {

  /**
   * A name that two plugins want.
   *
   * @param door of which kind
   * @param name which
   */
  public record TakenName(Door<?, ?> door, String name) {}

  @Override
  public String toString() {
    return file + ": left out: " + reason;
  }
}
