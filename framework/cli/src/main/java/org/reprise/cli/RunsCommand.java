package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.listing.RunIndex;
import org.reprise.engine.listing.RunLine;
import org.reprise.engine.listing.RunQuery;
import org.reprise.engine.record.RunLock;
import org.reprise.engine.results.RunState;
import org.reprise.engine.results.Where;
import org.reprise.engine.study.StudyPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise runs}. */
@Command(
    name = "runs",
    description = "Lists runs: how each stands, its test accuracies, and the seconds it took.")
final class RunsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = "runs",
      description = "The folder of a study, or one of several (default: ${DEFAULT-VALUE}).")
  private Path folder;

  @Option(
      names = "--where",
      paramLabel = "KEY=VALUE",
      description =
          "Only runs with this value, e.g. --where mapping=blm++ --where seed=1 or --where"
              + " state=failed; may be given several times.")
  private List<String> conditions = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder + (Files.exists(folder) ? ": a file, not a folder of runs" : ": no such folder"));
    }
    List<Where> wheres = conditions.stream().map(Where::parse).toList();
    PrintWriter out = spec.commandLine().getOut();
    List<Path> studies = studies();
    int shown = 0;
    for (Path study : studies) {
      RunIndex.Listing listing = RunIndex.of(study);
      List<RunLine> runs = RunQuery.filter(listing.runs(), wheres);
      if (studies.size() > 1 && !runs.isEmpty()) {
        out.println((shown == 0 ? "" : System.lineSeparator()) + study);
      }
      shown += runs.size();
      print(out, listing, runs);
      listing.unreadable().forEach(spec.commandLine().getErr()::println);
      if (wheres.isEmpty()) {
        notBegun(out, study, listing.runs());
        Map<String, String> tasks = SlurmQueue.tasks(study);
        tasks.forEach((label, task) -> out.println("slurm: " + label + ": " + task));
      }
    }
    if (shown == 0) {
      out.println(conditions.isEmpty() ? "no runs in " + folder : "no such runs in " + folder);
    }
    return 0;
  }

  private List<Path> studies() throws IOException {
    if (isStudy(folder)) {
      return List.of(folder);
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.filter(RunsCommand::isStudy).sorted().toList();
    }
  }

  private static boolean isStudy(Path folder) {
    return Files.isRegularFile(folder.resolve("experiment.yaml"))
        && !Files.exists(folder.resolve("checkpoints"));
  }

  private static void print(PrintWriter out, RunIndex.Listing listing, List<RunLine> runs) {
    if (runs.isEmpty()) {
      return;
    }
    // by hand and at once: a formatter and a flush for each of thousands of lines take a second
    int width = Math.max(3, runs.stream().mapToInt(run -> run.label().length()).max().orElse(3));
    boolean searched = runs.stream().anyMatch(run -> !run.trial().isEmpty());
    StringBuilder text = new StringBuilder();
    row(text, width, "id", "run", "state", "epochs", "test last", "selected", "seconds")
        .append(searched ? "  trial" : "")
        .append(System.lineSeparator());
    for (RunLine run : runs) {
      row(
              text,
              width,
              run.id().substring(0, Math.min(8, run.id().length())),
              run.label(),
              state(listing, run),
              run.epochs() + "/" + run.planned(),
              percent(run.lastTest()),
              percent(run.selectedTest()),
              decimal(run.seconds(), 1))
          .append(run.trial().isEmpty() ? "" : "  " + run.trial())
          .append(System.lineSeparator());
    }
    out.print(text);
    out.flush();
  }

  private static StringBuilder row(StringBuilder text, int width, String... cells) {
    int[] widths = {-8, -width, -10, 9, 9, 9, 10};
    for (int i = 0; i < cells.length; i++) {
      String spaces = " ".repeat(Math.max(0, Math.abs(widths[i]) - cells[i].length()));
      text.append(i == 0 ? "" : "  ").append(widths[i] < 0 ? cells[i] + spaces : spaces + cells[i]);
    }
    return text;
  }

  private static String state(RunIndex.Listing listing, RunLine run) {
    if (run.state() == RunState.INCOMPLETE && RunLock.isTaken(listing.folder(run))) {
      return "running";
    }
    return run.state().name().toLowerCase(Locale.ROOT);
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent() ? decimal(100 * share.getAsDouble(), 2) + "%" : "";
  }

  private static String decimal(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP).toPlainString();
  }

  private static void notBegun(PrintWriter out, Path study, List<RunLine> runs) throws IOException {
    Set<String> begun = new HashSet<>();
    runs.forEach(run -> begun.add(run.label()));
    List<String> left =
        StudyPlan.labels(study).stream().filter(label -> !begun.contains(label)).toList();
    if (!left.isEmpty()) {
      out.println(
          left.size()
              + " of its runs not begun: "
              + String.join(", ", left.subList(0, Math.min(5, left.size())))
              + (left.size() > 5 ? ", ..." : ""));
    }
  }
}
