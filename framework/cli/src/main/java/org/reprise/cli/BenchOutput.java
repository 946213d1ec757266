package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.reprise.engine.bench.BenchComparison;
import org.reprise.engine.bench.BenchPage;
import org.reprise.engine.bench.BenchTable;
import org.reprise.engine.bench.Limits;
import org.reprise.engine.bench.Machine;
import org.reprise.engine.record.WriteFailure;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where a bench's report goes: the same for all benches. */
final class BenchOutput {
  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there too.")
  private Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Writes a page there too.")
  private Path html;

  @Option(
      names = "--compare",
      paramLabel = "OLD.json",
      description = "Shows each figure beside that of an older report of the same bench.")
  private Path compare;

  /** What is known before anything is measured. */
  record Begun(
      CommandSpec spec,
      BenchOutput output,
      Machine machine,
      Limits limits,
      Optional<BenchComparison> old) {

    /**
     * Ends a report.
     *
     * @param table all that was measured
     * @param details for the JSON beside it
     */
    void end(BenchTable table, Map<String, ?> details) {
      List<String> compared = old.map(before -> before.lines(table, machine)).orElse(List.of());
      compared.forEach(line -> spec.commandLine().getOut().println(Main.shown(line)));
      if (output.json != null) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", table.bench());
        figures.put("limits", limits);
        figures.put("measured", BenchComparison.measured(table));
        figures.putAll(details);
        BenchReport.write(output.json, CommandText.of(spec), machine, figures);
      }
      if (output.html != null) {
        try {
          Files.writeString(
              output.html,
              BenchPage.of(table, List.of(machine.toString(), limits.toString()), compared));
        } catch (IOException e) {
          throw WriteFailure.of("--html " + output.html, e);
        }
      }
    }

    /** Prints a table, where a bench has no table of its own. */
    void print(BenchTable table) {
      PrintWriter out = spec.commandLine().getOut();
      for (BenchTable.Row row : table.rows()) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", row.what()));
        row.figures()
            .forEach(
                (name, figure) ->
                    line.append(String.format(Locale.ROOT, "  %.4g %s", figure.value(), name)));
        out.println(line);
      }
    }
  }

  /** Insists, before anything else is done, that files can be written and read. */
  Optional<BenchComparison> check(String bench) {
    if (json != null) {
      WriteFailure.requirePlace("--json", json);
    }
    if (html != null) {
      WriteFailure.requirePlace("--html", html);
    }
    return Optional.ofNullable(compare).map(file -> BenchComparison.with(file, bench));
  }

  /** Begins a report: says what machine this is, and what it can do at best. */
  Begun begin(CommandSpec spec, Machine machine, Limits limits, Optional<BenchComparison> old) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(machine);
    out.println(limits);
    return new Begun(spec, this, machine, limits, old);
  }
}
