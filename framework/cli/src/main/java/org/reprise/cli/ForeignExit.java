package org.reprise.cli;

import java.io.PrintWriter;
import java.util.Optional;

/**
 * A plugin may call {@code System.exit}: an unfinished run would end with that code, 0 even, and
 * without a word.
 */
final class ForeignExit {
  private ForeignExit() {}

  /** Has such an end told, with exit code 1. */
  static void guard(PrintWriter err) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    caller()
                        .ifPresent(
                            place -> {
                              err.println(
                                  "reprise: the process was ended from outside Reprise, by "
                                      + place
                                      + " (System.exit)");
                              err.flush();
                              Runtime.getRuntime().halt(Main.FAILED);
                            }),
                "exit guard"));
  }

  /**
   * Finds who ends the process, if it is neither Reprise nor a signal.
   *
   * @return the place in the code
   */
  static Optional<String> caller() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(stack -> caller(stack).stream())
        .findFirst();
  }

  private static Optional<String> caller(StackTraceElement... stack) {
    for (int i = 0; i + 1 < stack.length; i++) {
      boolean exit =
          stack[i].getClassName().equals("java.lang.System")
              || stack[i].getClassName().equals("java.lang.Runtime");
      StackTraceElement next = stack[i + 1];
      if (exit
          && stack[i].getMethodName().equals("exit")
          && !next.getClassName().startsWith("java.lang.")) {
        return next.getClassName().startsWith("org.reprise.cli.")
            ? Optional.empty()
            : Optional.of(
                next.getClassName()
                    + "."
                    + next.getMethodName()
                    + " ("
                    + next.getFileName()
                    + ":"
                    + next.getLineNumber()
                    + ")");
      }
    }
    return Optional.empty();
  }
}
