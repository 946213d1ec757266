package org.reprise.engine.study;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Words why a process ended that was to train a run. */
public final class CrashText {
  private static final int BY_SIGNAL = 128;
  private static final String SAID = "reprise: ";
  private static final Pattern FATAL = Pattern.compile("#\\s+((SIG[A-Z]+|Internal Error) \\(.*)");
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 11, "SIGSEGV", 15, "SIGTERM", 24,
          "SIGXCPU");

  private CrashText() {}

  /**
   * Words an end.
   *
   * @param exitCode of the process; 128 and the number of the signal that ended it
   * @param log what it printed
   * @return one line
   */
  public static String of(int exitCode, Path log) {
    List<String> lines = lines(log);
    Optional<String> fatal =
        lines.stream()
            .map(FATAL::matcher)
            .filter(matcher -> matcher.matches())
            .map(matcher -> matcher.group(1))
            .findFirst();
    if (fatal.isPresent()) {
      return "the process crashed: " + fatal.get() + " (see " + log + ")";
    }
    if (exitCode == BY_SIGNAL + 9) {
      return "the process was killed (SIGKILL), as the system does where memory is out";
    }
    if (exitCode > BY_SIGNAL) {
      String signal = SIGNALS.getOrDefault(exitCode - BY_SIGNAL, "signal " + (exitCode - 128));
      return "the process was ended by " + signal + " (see " + log + ")";
    }
    return lines.stream()
        .filter(line -> line.startsWith(SAID))
        .reduce((first, second) -> second)
        .map(line -> line.substring(SAID.length()))
        .orElse("the process ended with exit code " + exitCode + " (see " + log + ")");
  }

  // a crashing process may print anything
  private static List<String> lines(Path log) {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
