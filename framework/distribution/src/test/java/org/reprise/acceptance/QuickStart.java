package org.reprise.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What makes Java start and end sooner: most of these processes live for a second or two, and spend
 * most of it on loading classes and on a compiler whose work never pays.
 */
final class QuickStart {
  /** Few processes here live until the second compiler pays. */
  static final String FIRST_COMPILER = "-XX:TieredStopAtLevel=1";

  /** For {@code REPRISE_JAVA_OPTS}. */
  static final String OPTIONS = options();

  private QuickStart() {}

  private static String options() {
    try {
      Path archive =
          Reprise.INSTALLATION.toAbsolutePath().resolveSibling("acceptance-" + build() + ".jsa");
      if (!Files.exists(archive) && !make(archive)) {
        return FIRST_COMPILER;
      }
      // an installation that a test has copied does not fit the archive, which is no news
      return FIRST_COMPILER + " -XX:SharedArchiveFile=" + archive + " -Xlog:disable";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Java knows a jar by size and time, and the build gives all jars the same time
  private static String build() throws IOException {
    MessageDigest digest = sha256();
    try (Stream<Path> jars = Files.list(Reprise.INSTALLATION.resolve("lib"))) {
      for (Path jar : jars.sorted().toList()) {
        String name = jar.getFileName().toString();
        digest.update(name.getBytes(UTF_8));
        if (name.startsWith("reprise-")) {
          digest.update(Files.readAllBytes(jar));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  /** Writes down the classes of a small run. */
  private static boolean make(Path archive) throws IOException {
    Path folder = Files.createTempDirectory(archive.getParent(), "quick-start");
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("blm", 32, 1));
    Path written = folder.resolve("classes.jsa");
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
        .put("REPRISE_JAVA_OPTS", FIRST_COMPILER + " -XX:ArchiveClassesAtExit=" + written);
    try {
      Process process = builder.start();
      if (!process.waitFor(2, TimeUnit.MINUTES)
          || process.exitValue() != 0
          || !Files.exists(written)) {
        return false;
      }
      Files.move(written, archive, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
