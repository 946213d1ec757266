package org.reprise.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** Returns the words that start this program again: the same Java, its options, its classes. */
  static List<String> again() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return words;
  }

  /** Returns the version of this build. */
  static String version() {
    String version = Installation.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }
}
