package org.reprise.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.reprise.api.run.RunSummary;
import org.reprise.engine.study.StudyOutcome;
import picocli.CommandLine.Help.Ansi;

/** The table at the end: a line a run. */
final class ResultTable {
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";

  private ResultTable() {}

  static void print(PrintWriter out, StudyOutcome outcome) {
    List<RunSummary> runs = outcome.runs();
    int width =
        Math.max(
            "mapping".length(),
            outcome.rows().stream().mapToInt(row -> row.label().length()).max().orElse(0));
    out.printf(
        Locale.ROOT,
        "%-" + width + "s  %9s  %-24s  %7s  %9s%n",
        "mapping",
        "test last",
        selectedHead(runs),
        "s/epoch",
        "memory");
    for (StudyOutcome.Row row : outcome.rows()) {
      if (row.summary().isEmpty()) {
        boolean red = row.state() == StudyOutcome.State.FAILED && Ansi.AUTO.enabled();
        out.printf(
            Locale.ROOT,
            "%s%-" + width + "s  %s: %s%s%n",
            red ? RED : "",
            row.label(),
            row.state().name().toLowerCase(Locale.ROOT),
            Main.shown(row.reason()),
            red ? PLAIN : "");
        continue;
      }
      RunSummary run = row.summary().get();
      String memory =
          run.peakMemoryBytes().isPresent()
              ? String.format(Locale.ROOT, "%.2f GB", run.peakMemoryBytes().getAsLong() / 1e9)
              : "";
      out.printf(
          Locale.ROOT,
          "%-" + width + "s  %8.2f%%  %-24s  %7s  %9s%n",
          run.label(),
          100 * run.lastTestAccuracy(),
          selected(run),
          run.secondsPerEpoch().isPresent()
              ? String.format(Locale.ROOT, "%.2f", run.secondsPerEpoch().getAsDouble())
              : "",
          memory);
    }
    out.println("Records: " + outcome.folder());
  }

  private static String selected(RunSummary run) {
    String accuracy =
        run.selectedTestAccuracy().isPresent()
            ? String.format(Locale.ROOT, "%.2f%%", 100 * run.selectedTestAccuracy().getAsDouble())
            : "not evaluated";
    return accuracy + " (epoch " + run.selectedEpoch() + ")";
  }

  private static String selectedHead(List<RunSummary> runs) {
    return switch (runs.isEmpty() ? "last" : runs.get(0).selection()) {
      case "validation" -> "selected on validation";
      case "test" -> "best on test (optimistic)";
      default -> "selected: last";
    };
  }
}
