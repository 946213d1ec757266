package org.reprise.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What makes Java start and end sooner: most of these processes live for a second or two, and spend
 * most of it on loading classes and on a compiler whose work never pays.
 */
final class QuickStart {
  private static final String FIRST_COMPILER = "-XX:TieredStopAtLevel=1";

  /** For {@code REPRISE_JAVA_OPTS}. */
  static final String OPTIONS = options();

  private QuickStart() {}

  private static String options() {
    Path archive = Reprise.INSTALLATION.resolveSibling("acceptance.jsa").toAbsolutePath();
    try {
      if (!isCurrent(archive) && !make(archive)) {
        return FIRST_COMPILER;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // an installation that a test has copied does not fit the archive, which is no news
    return FIRST_COMPILER + " -XX:SharedArchiveFile=" + archive + " -Xlog:disable";
  }

  private static boolean isCurrent(Path archive) throws IOException {
    if (!Files.exists(archive)) {
      return false;
    }
    try (Stream<Path> jars = Files.list(Reprise.INSTALLATION.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        if (Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(archive)) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Writes down the classes of a small run. */
  private static boolean make(Path archive) throws IOException {
    Path folder = Files.createTempDirectory(archive.getParent(), "quick-start");
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("blm", 32, 1));
    Files.deleteIfExists(archive);
    ProcessBuilder builder =
        new ProcessBuilder(
                Reprise.INSTALLATION.resolve("bin/reprise").toString(), "run", "tiny.yaml")
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("REPRISE_CACHE", folder.resolve("cache").toString());
    builder
        .environment()
        .put("REPRISE_JAVA_OPTS", FIRST_COMPILER + " -XX:ArchiveClassesAtExit=" + archive);
    try {
      Process process = builder.start();
      return process.waitFor(2, TimeUnit.MINUTES)
          && process.exitValue() == 0
          && Files.exists(archive);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
