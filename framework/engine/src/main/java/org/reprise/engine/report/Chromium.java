package org.reprise.engine.report;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.reprise.api.InvalidInputException;

/** A headless browser of this machine, which turns single figures of a page into images. */
final class Chromium {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
  private static final int SCALE = 3;
  private static final int SECONDS = 60;

  private final Path program;

  private Chromium(Path program) {
    this.program = program;
  }

  /**
   * Looks for one: {@code REPRISE_CHROMIUM}, else on the path.
   *
   * @param environment of this process
   * @throws InvalidInputException if there is none
   */
  static Chromium find(Map<String, String> environment) {
    String named = environment.get("REPRISE_CHROMIUM");
    if (named != null && !named.isBlank()) {
      Path program = Path.of(named);
      if (!Files.isExecutable(program)) {
        throw new InvalidInputException("REPRISE_CHROMIUM: " + named + " is no program");
      }
      return new Chromium(program);
    }
    return onPath(environment.getOrDefault("PATH", ""))
        .map(Chromium::new)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "--png needs Chromium or Chrome to draw with, and there is none on the path;"
                        + " install one, name it with REPRISE_CHROMIUM, or use --svg, which draws"
                        + " curves and heat maps by itself"));
  }

  private static Optional<Path> onPath(String path) {
    for (String name : NAMES) {
      for (String folder : path.split(File.pathSeparator)) {
        Path program = Path.of(folder.isEmpty() ? "." : folder, name);
        if (Files.isExecutable(program) && !Files.isDirectory(program)) {
          return Optional.of(program);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Draws one figure of a page.
   *
   * @param page an HTML file
   * @param figure the figure's id
   * @param width of the image, CSS pixels; it has three times as many
   * @param height likewise
   * @param image a PNG to write
   * @throws IOException if the browser fails or takes longer than a minute
   */
  void draw(Path page, String figure, int width, int height, Path image) throws IOException {
    Path profile = Files.createTempDirectory("reprise-chromium");
    Path log = profile.resolve("log");
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  program.toString(),
                  "--headless=new",
                  "--disable-gpu",
                  "--disable-dev-shm-usage",
                  "--no-first-run",
                  "--hide-scrollbars",
                  "--force-prefers-reduced-motion",
                  "--user-data-dir=" + profile.resolve("profile"),
                  "--force-device-scale-factor=" + SCALE,
                  "--virtual-time-budget=10000",
                  "--window-size=" + width + "," + height,
                  "--screenshot=" + image.toAbsolutePath()));
      if ("root".equals(System.getProperty("user.name"))) {
        command.add("--no-sandbox"); // it refuses to run as root with one
      }
      command.add(page.toUri() + "#figure=" + figure + "&theme=light&height=" + height);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          throw new IOException(program + " did not draw " + figure + " within a minute");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while " + program + " draws", e);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      if (process.exitValue() != 0 || !Files.isRegularFile(image)) {
        throw new IOException(
            program
                + " did not draw "
                + figure
                + ": "
                + Files.readString(log).lines().findFirst().orElse(""));
      }
    } finally {
      delete(profile);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException | IOException e) {
      // the browser's last process may still write; the system clears its temporary folder
    }
  }
}
