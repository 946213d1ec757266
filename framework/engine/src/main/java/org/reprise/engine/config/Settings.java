package org.reprise.engine.config;

import java.nio.file.Path;

/** Values of an experiment or an option as texts {@code key.path=value}, as {@code --set} takes. */
public final class Settings {
  private Settings() {}

  /**
   * Sets a path that was given on the command line.
   *
   * @param key of the value
   * @param path relative to the working directory
   * @return {@code key="absolute path"}
   */
  public static String of(String key, Path path) {
    String text = path.toAbsolutePath().normalize().toString();
    return key + "=\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
