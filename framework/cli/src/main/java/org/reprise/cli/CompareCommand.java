package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.engine.compare.Comparison;
import org.reprise.engine.compare.ComparisonFormat;
import org.reprise.engine.compare.ComputeStatement;
import org.reprise.engine.compare.CsvFormat;
import org.reprise.engine.compare.JsonFormat;
import org.reprise.engine.compare.LatexFormat;
import org.reprise.engine.compare.MarkdownFormat;
import org.reprise.engine.compare.Published;
import org.reprise.engine.compare.Question;
import org.reprise.engine.compare.TextFormat;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.Study;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.download.PublishedFiles;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Results;
import org.reprise.engine.results.Where;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise compare}. */
@Command(
    name = "compare",
    description = "Compares runs by their records: means over seeds, and what they allow to say.")
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description = "Run directories, folders of experiments, folders of those, or experiments.")
  private List<Path> places;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text, markdown, csv, json or latex (default: text).",
      defaultValue = "text")
  private Format format;

  @Option(
      names = "--rows",
      paramLabel = "KEY",
      split = ",",
      description =
          "Keys whose values make the rows (default: dataset). Other keys in which runs differ "
              + "make rows too.",
      defaultValue = "dataset")
  private List<String> rows;

  @Option(
      names = "--columns",
      paramLabel = "KEY",
      split = ",",
      description = "Keys whose values make the columns (default: mapping).",
      defaultValue = "mapping")
  private List<String> columns;

  @Option(
      names = "--where",
      paramLabel = "KEY=VALUE",
      description = "Only runs with this value, e.g. seed=1; may be repeated.")
  private List<String> where = List.of();

  @Option(
      names = "--figures",
      paramLabel = "FIGURE",
      split = ",",
      description =
          "accuracy, per-class-mean, macro-f1, calibration-error, seconds-per-epoch, seconds, "
              + "peak-memory (default: accuracy).",
      defaultValue = "accuracy")
  private List<String> figures;

  @Option(
      names = "--epochs",
      paramLabel = "EPOCH",
      split = ",",
      description =
          "last, selected, best-test (default: last, and selected where a run selects another).")
  private List<String> moments = List.of();

  @Option(
      names = "--against",
      paramLabel = "COLUMN",
      description = "Test the other columns against this one only (default: every pair).")
  private String against;

  @Option(
      names = "--published",
      paramLabel = "FILE",
      description = "A JSON file of published figures, shown beside ours with their citation.")
  private Path published;

  @Option(
      names = "--checklist",
      description =
          "Print what a paper states of its runs: machines, hours, failed and abandoned runs, data"
              + " sets with their licences and split sizes.")
  private boolean checklist;

  @Mixin private PluginOptions plugins;

  private enum Format {
    TEXT(new TextFormat()),
    MARKDOWN(new MarkdownFormat()),
    CSV(new CsvFormat()),
    JSON(new JsonFormat()),
    LATEX(new LatexFormat());

    private final ComparisonFormat writer;

    Format(ComparisonFormat writer) {
      this.writer = writer;
    }
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Results results = Results.read(folders());
    if (checklist) {
      out.print(statement(results).text());
      out.flush();
      return 0;
    }
    Question question =
        new Question(
            where.stream().map(Where::parse).toList(),
            rows,
            columns,
            figures.stream().map(name -> Choice.of(Figure.class, name, "--figures")).toList(),
            moments(results),
            Optional.ofNullable(against),
            published == null ? Published.bundled() : Published.read(published));
    Comparison comparison = Comparison.of(results, question);
    out.print(format.writer.write(comparison));
    out.flush();
    if (format == Format.CSV) { // which has no place for what is left out
      comparison.notes().forEach(note -> spec.commandLine().getErr().println(note));
    }
    return 0;
  }

  private ComputeStatement statement(Results results) {
    Map<String, String> licences = new HashMap<>();
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      PublishedFiles.of(host, Door.DATASET)
          .forEach(file -> licences.putIfAbsent(file.name(), file.licence()));
    }
    return ComputeStatement.of(
        results, Where.filter(results.runs(), where.stream().map(Where::parse).toList()), licences);
  }

  private List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    for (Path place : places) {
      if (Files.isRegularFile(place)) {
        // where runs lie is said by the file alone; aliases of extensions do not matter
        Experiment experiment =
            Study.read(place, List.of(), (key, written) -> written).runs().get(0).experiment();
        folders.add(Path.of(experiment.output()).resolve(experiment.name()));
      } else {
        folders.add(place);
      }
    }
    return folders;
  }

  private List<Moment> moments(Results results) {
    if (!moments.isEmpty()) {
      return moments.stream().map(name -> Choice.of(Moment.class, name, "--epochs")).toList();
    }
    boolean selects = results.runs().stream().anyMatch(run -> run.selection() != Selection.LAST);
    return selects ? List.of(Moment.LAST, Moment.SELECTED) : List.of(Moment.LAST);
  }
}
