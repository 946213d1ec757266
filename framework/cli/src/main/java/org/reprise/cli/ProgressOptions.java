package org.reprise.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** How progress is shown. */
final class ProgressOptions {
  /** The ways to show progress. */
  enum Style {
    /** A bar on a terminal, lines elsewhere. */
    AUTO,
    /** One line that is redrawn. */
    BAR,
    /** A line now and then. */
    PLAIN,
    /** Epochs and results only. */
    NONE
  }

  @Option(
      names = "--progress",
      paramLabel = "STYLE",
      defaultValue = "auto",
      description =
          "auto, bar, plain or none (default: auto: a bar on a terminal, lines elsewhere).")
  private Style style = Style.AUTO;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print results and errors only.")
  private boolean quiet;

  ConsoleEvents events(PrintWriter err) {
    boolean terminal =
        Boolean.getBoolean("reprise.terminal"); // the launcher asks the shell about stderr
    Style chosen = style == Style.AUTO ? (terminal ? Style.BAR : Style.PLAIN) : style;
    return new ConsoleEvents(err, quiet ? Style.NONE : chosen, quiet);
  }
}
