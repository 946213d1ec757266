package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;
import org.reprise.engine.inspect.DataVerification;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.session.SessionData;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reprise data verify}. */
@Command(
    name = "verify",
    description = {
      "Reads and decodes every image: missing, broken, wrongly labelled and duplicate ones.",
      "Exit code 2 if an image is missing, broken or wrongly labelled; duplicates are only listed."
    })
final class DataVerifyCommand implements Callable<Integer> {
  private static final int LONGEST_LINE = 2000;

  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;
  @Mixin private DataSelection selection;

  @Option(
      names = "--show",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many lines of each kind (default: ${DEFAULT-VALUE}).")
  private int show;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (show < 0) {
      throw new InvalidInputException("--show: must be at least 0, found " + show);
    }
    ConsoleEvents events = progress.events(err);
    try (PluginHost host = plugins.load(err);
        SessionData data = SessionData.open(selection.bind(host), host, events::line)) {
      DataVerification found = DataVerification.of(data.dataset(), events::reading);
      print(out, "duplicate", found.duplicates());
      print(out, "problem", found.problems());
      out.printf(
          "%d images: %d problem(s), %d duplicate(s)%n",
          found.samples(), found.problems().size(), found.duplicates().size());
      return found.problems().isEmpty() ? 0 : Main.WRONG_INPUT;
    }
  }

  private void print(PrintWriter out, String kind, List<String> lines) {
    lines.stream()
        .limit(show)
        .forEach(line -> out.println(kind + ": " + Shown.of(line, LONGEST_LINE)));
    if (lines.size() > show) {
      out.printf("... and %d more of kind %s (--show)%n", lines.size() - show, kind);
    }
  }
}
