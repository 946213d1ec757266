package org.reprise.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;

/**
 * Tries plugins in a process of its own, which one of them may crash, end, fill or never give back.
 * What that process found it writes into a file; only one that is complete counts, so that a plugin
 * that ends the process has not passed. It is no prison: a plugin's code has the user's rights.
 *
 * @param limit how long a process may take
 */
record Apart(Duration limit) {
  private static final int LONGEST = 1 << 20; // bytes of a result
  private static final int TAIL = 2000; // bytes kept of what the process prints

  /** Loads a plugin, and asks its factories what they are. */
  ApartResult load(Path file, List<Path> besides, List<String> settings) throws IOException {
    return run("load", file, besides, settings);
  }

  /** Loads a plugin and runs the contract suites on its extensions. */
  ApartResult verify(Path file, List<Path> besides, List<String> settings) throws IOException {
    return run("verify", file, besides, settings);
  }

  private ApartResult run(String mode, Path file, List<Path> besides, List<String> settings)
      throws IOException {
    Path folder = Files.createTempDirectory("reprise-plugin");
    try {
      Path result = folder.resolve("result");
      List<String> command = new ArrayList<>(java());
      command.addAll(List.of(mode, result.toString(), file.toAbsolutePath().toString()));
      besides.forEach(path -> command.add("beside:" + path.toAbsolutePath()));
      settings.forEach(text -> command.add("set:" + text));
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().put("REPRISE_CACHE", folder.resolve("cache").toString());
      Process process =
          builder
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      return await(process, result);
    } finally {
      delete(folder);
    }
  }

  private static List<String> java() {
    Path home = Installation.home();
    if (!Files.isDirectory(home.resolve("testkit"))) {
      throw new InvalidInputException(
          home.resolve("testkit") + ": this installation comes without");
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-XX:-CreateCoredumpOnCrash",
        "-Djava.awt.headless=true",
        "-Dfile.encoding=UTF-8",
        "-Dorg.bytedeco.javacpp.maxBytes=0",
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
        "-Djava.library.path=" + System.getProperty("java.library.path", ""),
        "-cp",
        home.resolve("lib") + "/*" + File.pathSeparator + home.resolve("testkit") + "/*",
        "org.reprise.verify.Main");
  }

  private ApartResult await(Process process, Path result) throws IOException {
    StringBuilder tail = new StringBuilder();
    Thread reader = new Thread(() -> read(process.getInputStream(), tail), "plugin output");
    reader.setDaemon(true);
    reader.start();
    boolean ended = false;
    try {
      ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (ended) {
        reader.join(1000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    synchronized (tail) {
      return judge(ended, ended ? process.exitValue() : 0, lines(result), tail.toString());
    }
  }

  // reads on, so that a plugin that prints without end is not stopped by a full pipe
  private static void read(InputStream stream, StringBuilder tail) {
    byte[] bytes = new byte[8192];
    try (stream) {
      for (int n = stream.read(bytes); n >= 0; n = stream.read(bytes)) {
        synchronized (tail) {
          tail.append(new String(bytes, 0, n, UTF_8));
          tail.delete(0, Math.max(0, tail.length() - TAIL));
        }
      }
    } catch (IOException e) {
      return; // the process is gone
    }
  }

  private static List<String> lines(Path result) throws IOException {
    if (!Files.isRegularFile(result)) {
      return List.of();
    }
    try (InputStream stream = Files.newInputStream(result)) {
      return new String(stream.readNBytes(LONGEST), UTF_8).lines().toList();
    }
  }

  private ApartResult judge(boolean ended, int exitCode, List<String> result, String printed) {
    List<String> lines = new ArrayList<>();
    String place = "starting";
    long problems = 0;
    boolean complete = false;
    for (String line : result) {
      String text = line.replaceFirst("^\\S+ ?", "");
      switch (line.split(" ", 2)[0]) {
        case "at" -> place = text;
        case "say" -> lines.add(Shown.of(text, 1000));
        case "bad" -> {
          problems++;
          lines.add(Shown.of(text, 1000));
        }
        case "end" -> complete = true;
        default -> lines.add(Shown.of(line, 1000));
      }
    }
    String verdict = problems == 0 ? "" : problems == 1 ? "1 problem" : problems + " problems";
    if (!ended) {
      verdict = "it did not end within " + limit.toSeconds() + " s: " + Shown.of(place);
    } else if (!complete) {
      verdict = "its process ended with exit code " + exitCode + ": " + Shown.of(place);
      printed.lines().limit(20).forEach(line -> lines.add("  | " + Shown.of(line, 300)));
    }
    return new ApartResult(lines, verdict);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
