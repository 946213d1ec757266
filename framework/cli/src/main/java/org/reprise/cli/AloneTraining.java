package org.reprise.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.reprise.engine.config.Execution;
import org.reprise.engine.config.Names;

/**
 * Starts this command again for one execution alone, as memory that a process has had stays with
 * it.
 *
 * @param common options that the process gets besides: network, its settings, threads, plugins
 */
record AloneTraining(List<String> common) {
  private static final String FOUND = "peak resident bytes: ";

  /** Words what a process found, for its output. */
  static String found(OptionalLong peak) {
    return FOUND + peak.orElse(0);
  }

  /**
   * Runs a process.
   *
   * @param execution which way
   * @param more options of this case
   * @return its peak resident memory
   * @throws IOException if it failed; the message has the end of its output
   */
  OptionalLong peak(Execution execution, List<String> more)
      throws IOException, InterruptedException {
    List<String> command = Installation.again();
    command.addAll(List.of("bench", "execution", "--alone", Names.of(execution)));
    command.addAll(common);
    command.addAll(more);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      OptionalLong peak =
          output
              .lines()
              .filter(line -> line.startsWith(FOUND))
              .mapToLong(line -> Long.parseLong(line.substring(FOUND.length())))
              .findFirst();
      if (code != 0 || peak.isEmpty()) {
        throw new IOException(
            "the process for " + Names.of(execution) + " ended with code " + code + ": " + output);
      }
      return peak;
    } finally {
      process.destroy();
    }
  }
}
