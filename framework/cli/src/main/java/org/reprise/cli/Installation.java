package org.reprise.cli;

import java.nio.file.Path;
import org.reprise.api.InvalidInputException;

/** Where this program was installed: {@code bin}, {@code lib}, {@code plugins}. */
final class Installation {
  private Installation() {}

  /**
   * Returns its folder.
   *
   * @throws InvalidInputException if the program was not started by its launcher
   */
  static Path home() {
    String home = System.getProperty("reprise.home");
    if (home == null) {
      throw new InvalidInputException(
          "this needs an installation: start it by bin/reprise, which tells where it lies");
    }
    return Path.of(home).toAbsolutePath().normalize();
  }

  /** Returns the version of this build. */
  static String version() {
    String version = Installation.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }
}
