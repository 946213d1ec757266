package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the assembled installation as a user would: a process, its exit code and what it printed.
 */
final class Reprise {
  static final Path INSTALLATION = Path.of(System.getProperty("reprise.installation"));
  static final Path CHECKOUT = Path.of(System.getProperty("reprise.checkout"));
  private static final long TIMEOUT_SECONDS = 300;

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * Makes a place to run in.
   *
   * @param folder the working directory; its {@code cache} is the cache folder and its {@code data}
   *     has the installed plugins, not the user's
   */
  Reprise(Path folder) {
    this.folder = folder;
    environment.put("REPRISE_CACHE", folder.resolve("cache").toString());
    environment.put("XDG_DATA_HOME", folder.resolve("data").toString());
  }

  /**
   * What a process left behind.
   *
   * @param exitCode its exit code; 128 and the number of the signal that ended it
   * @param out standard output
   * @param err standard error
   */
  record Result(int exitCode, String out, String err) {
    Result succeeded() {
      assertThat(exitCode).as("exit code; standard error: %s", err).isZero();
      return this;
    }
  }

  /** A process under way. */
  record Running(Process process, Path out, Path err) {
    String errSoFar() throws IOException {
      return Files.readString(err);
    }

    /** Waits until standard error has a text, or the process ends. */
    Running awaitErr(String text) throws IOException {
      try {
        while (process.isAlive() && !errSoFar().contains(text)) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      assertThat(errSoFar()).contains(text);
      return this;
    }

    /** Sends a signal, as {@code kill} names it. */
    Running signal(String name) throws IOException {
      try {
        String pid = Long.toString(process.pid());
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      return this;
    }

    private AssertionError interrupted(InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return new AssertionError("interrupted", e);
    }

    Result await() {
      try {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("no end after " + TIMEOUT_SECONDS + " s: " + errSoFar());
        }
        return new Result(process.exitValue(), Files.readString(out), errSoFar());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  /**
   * Tells whether a process started here hears a signal: a shell without job control starts its
   * background jobs deaf to Ctrl-C, and so all below them.
   */
  static boolean hears(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return true;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring("SigIgn:".length()).trim())
            .findFirst()
            .orElse("0");
    return (Long.parseUnsignedLong(ignored, 16) >>> (signal - 1) & 1) == 0;
  }

  Reprise with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /**
   * Runs a command to its end, in a process that stays for the next one of this folder and
   * environment. What is said of processes needs {@link #start}.
   */
  Result run(String... arguments) {
    try {
      ProcessBuilder builder = new ProcessBuilder();
      place(builder);
      return Standing.of(builder).run(TIMEOUT_SECONDS, arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts {@code bin/reprise}, which becomes the Java process itself. */
  Running start(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(INSTALLATION.resolve("bin/reprise").toString());
    command.addAll(List.of(arguments));
    return process(command);
  }

  /** Runs a script with {@code sh -eu}; {@code $REPRISE} is the installation. */
  Result shell(String script) {
    return process(List.of("sh", "-euc", script)).await();
  }

  private Running process(List<String> command) {
    try {
      Path out = Files.createTempFile(folder, "stdout", ".txt");
      Path err = Files.createTempFile(folder, "stderr", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      place(builder);
      return new Running(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void place(ProcessBuilder builder) {
    builder.directory(folder.toFile());
    Map<String, String> variables = builder.environment();
    variables.remove("REPRISE_PLUGINS");
    variables.put("REPRISE_JAVA_OPTS", QuickStart.OPTIONS);
    variables.remove("JAVA_TOOL_OPTIONS");
    Path java = Path.of(System.getProperty("java.home"));
    variables.put("JAVA_HOME", java.toString());
    variables.put("PATH", java.resolve("bin") + ":" + variables.get("PATH"));
    variables.put("REPRISE", INSTALLATION.toString());
    variables.putAll(environment);
  }

  /**
   * Returns an experiment called {@code tiny}: 32 test images, a second or two for a few epochs.
   */
  static String tiny(String mapping, int train, int epochs) {
    return String.join(
        "\n",
        "name: tiny",
        "seed: 3",
        "device: cpu",
        "dataset: {name: shapes, train: " + train + ", validation: 0, test: 32}",
        "backbone: shapenet",
        "prompt: {name: padding, size: 48}",
        "mapping: " + mapping,
        "training:",
        "  epochs: " + epochs,
        "  batch-size: 32",
        "output: runs",
        "");
  }

  /** Returns the folder of the experiment {@code tiny}. */
  Path tiny() {
    return folder.resolve("runs/tiny");
  }

  /** Tells whether the experiment {@code tiny} has been begun, so that it can be gone on with. */
  boolean hasBegun() {
    return Files.exists(tiny().resolve("experiment.yaml"));
  }

  /** Returns the only run directory of the experiment {@code tiny} with a label. */
  Path runOf(String label) throws IOException {
    return run(tiny(), label);
  }

  /** Returns the only run directory of an experiment's folder with a label. */
  static Path run(Path experiment, String label) throws IOException {
    List<Path> runs = runs(experiment, label);
    assertThat(runs).as("runs of %s in %s", label, experiment).hasSize(1);
    return runs.get(0);
  }

  /** Returns the run directories of an experiment's folder with a label. */
  static List<Path> runs(Path experiment, String label) throws IOException {
    Pattern name = Pattern.compile(Pattern.quote(label) + "-[0-9a-f]{8}(-[0-9]+)?");
    try (Stream<Path> entries = Files.list(experiment)) {
      return entries
          .filter(entry -> name.matcher(entry.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }
}
