package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.compare.Difference;
import org.reprise.engine.compare.DifferenceText;
import org.reprise.engine.results.Results;
import org.reprise.engine.results.RunRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise diff}. */
@Command(
    name = "diff",
    description =
        "Says what two runs differ in and how their results part; of two experiments' folders, for"
            + " each label that both have.")
final class DiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "A run directory, or a folder of runs.")
  private Path first;

  @Parameters(index = "1", paramLabel = "RUN", description = "Another.")
  private Path second;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, RunRecord> left = byLabel(first);
    Map<String, RunRecord> right = byLabel(second);
    if (left.size() == 1 && right.size() == 1) {
      out.print(
          DifferenceText.of(
              Difference.of(left.values().iterator().next(), right.values().iterator().next())));
    } else {
      pairs(out, left, right);
    }
    out.flush();
    return 0;
  }

  private void pairs(PrintWriter out, Map<String, RunRecord> left, Map<String, RunRecord> right)
      throws IOException {
    boolean any = false;
    for (Map.Entry<String, RunRecord> run : left.entrySet()) {
      RunRecord other = right.get(run.getKey());
      if (other != null) {
        out.print((any ? "\n" : "") + "== " + run.getKey() + "\n");
        out.print(DifferenceText.of(Difference.of(run.getValue(), other)));
        any = true;
      }
    }
    if (!any) {
      throw new InvalidInputException(
          "no run has the same label in both: "
              + String.join(", ", left.keySet())
              + " in "
              + first
              + ", "
              + String.join(", ", right.keySet())
              + " in "
              + second);
    }
    only(out, "A", left, right);
    only(out, "B", right, left);
  }

  private static void only(
      PrintWriter out, String name, Map<String, RunRecord> here, Map<String, RunRecord> there) {
    List<String> labels =
        here.keySet().stream().filter(label -> !there.containsKey(label)).toList();
    if (!labels.isEmpty()) {
      out.println("Only in " + name + ": " + String.join(", ", labels));
    }
  }

  private static Map<String, RunRecord> byLabel(Path folder) throws IOException {
    Results results = Results.read(List.of(folder));
    if (!results.unreadable().isEmpty()) {
      throw new InvalidInputException(results.unreadable().get(0).reason());
    }
    Map<String, RunRecord> runs = new LinkedHashMap<>();
    for (RunRecord run : results.runs()) {
      RunRecord before = runs.put(run.label(), run);
      if (before != null) {
        throw new InvalidInputException(
            folder
                + ": two runs are called "
                + run.label()
                + ": "
                + before.folder()
                + " and "
                + run.folder()
                + "; name the run directories");
      }
    }
    return runs;
  }
}
