package org.reprise.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.report.Figures;
import org.reprise.engine.report.Reports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise report}. */
@Command(
    name = "report",
    description = {
      "Makes one self-contained page of a run, of the runs of an experiment, or of two runs.",
      "It is made from their records alone, as often as wanted, and opened by any browser."
    })
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..2",
      paramLabel = "DIR",
      description = "A run directory, the folder of an experiment, or two run directories.")
  private List<Path> folders;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The page (default: report.html in the folder; of two runs comparison.html).")
  private Path output;

  @Option(names = "--json", description = "Print what the page shows as JSON, and write no page.")
  private boolean json;

  @Option(
      names = "--paths",
      description = "Keep folder names of this machine, which are left out otherwise.")
  private boolean paths;

  @Option(
      names = "--png",
      paramLabel = "DIR",
      description = "Write a run's figures as PNG at print size; needs Chromium or Chrome.")
  private Path png;

  @Option(
      names = "--svg",
      paramLabel = "DIR",
      description = "Write a run's curves and heat maps as SVG; needs no browser.")
  private Path svg;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path first = folders.get(0);
    ObjectNode data =
        folders.size() == 2
            ? Reports.pair(first, folders.get(1), paths)
            : Reports.data(first, paths);
    if (json) {
      out.print(JsonFiles.pretty(data));
      return 0;
    }
    if (png != null || svg != null) {
      requireRun(data);
      if (svg != null) {
        Figures.svg(data, svg).forEach(out::println);
      }
      if (png != null) {
        Figures.png(data, png).forEach(out::println);
      }
      return 0;
    }
    Path page = Optional.ofNullable(output).orElseGet(this::place);
    AtomicFiles.replace(page, Reports.html(data));
    out.println(page);
    return 0;
  }

  private Path place() {
    return folders.size() == 2
        ? Path.of("comparison.html")
        : new RunDirectory(folders.get(0)).report();
  }

  private static void requireRun(ObjectNode data) {
    if (!data.path("kind").asText().equals("run")) {
      throw new InvalidInputException("--png and --svg: name one run directory");
    }
  }
}
