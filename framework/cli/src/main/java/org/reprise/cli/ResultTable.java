package org.reprise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.reprise.api.run.RunSummary;

/** The table at the end: a line a run. */
final class ResultTable {
  private ResultTable() {}

  static void print(PrintWriter out, Path folder, List<RunSummary> runs) {
    int width =
        Math.max(
            "mapping".length(),
            runs.stream().mapToInt(run -> run.label().length()).max().orElse(0));
    out.printf(
        Locale.ROOT,
        "%-" + width + "s  %9s  %-24s  %7s  %9s%n",
        "mapping",
        "test last",
        selectedHead(runs),
        "s/epoch",
        "memory");
    for (RunSummary run : runs) {
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
    out.println("Records: " + folder);
  }

  private static String selected(RunSummary run) {
    String accuracy =
        run.selectedTestAccuracy().isPresent()
            ? String.format(Locale.ROOT, "%.2f%%", 100 * run.selectedTestAccuracy().getAsDouble())
            : "not evaluated";
    return accuracy + " (epoch " + run.selectedEpoch() + ")";
  }

  private static String selectedHead(List<RunSummary> runs) {
    return switch (runs.get(0).selection()) {
      case "validation" -> "selected on validation";
      case "test" -> "best on test (optimistic)";
      default -> "selected: last";
    };
  }
}
