package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.Split;
import org.reprise.budget.Shown;
import org.reprise.engine.inspect.ContactSheet;
import org.reprise.engine.inspect.DataInspection;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.WriteFailure;
import org.reprise.engine.session.SessionData;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reprise data inspect}. */
@Command(
    name = "inspect",
    description = {
      "Shows what a data set holds: splits, classes, image sizes, and pictures of it.",
      "Of images only headers are read; exit code 2 if one of them cannot be (data verify)."
    })
final class DataInspectCommand implements Callable<Integer> {
  private static final int MOST_LINES = 50_000; // more than twice ImageNet-21k's classes

  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;
  @Mixin private DataSelection selection;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description = "Draw the first training images of each class, a row for each.")
  private Path sheet;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (sheet != null) {
      WriteFailure.requirePlace("--sheet", sheet);
    }
    ConsoleEvents events = progress.events(err);
    try (PluginHost host = plugins.load(err);
        SessionData data = SessionData.open(selection.bind(host), host, events::line)) {
      Dataset dataset = data.dataset();
      DataInspection found = DataInspection.of(dataset, events::reading);
      print(out, found, dataset);
      if (sheet != null) {
        int classes = draw(dataset);
        out.printf("pictures of %d of %d classes: %s%n", classes, dataset.labels().size(), sheet);
      }
      return reportBroken(err, found) ? Main.WRONG_INPUT : 0;
    }
  }

  private static boolean reportBroken(PrintWriter err, DataInspection found) {
    List<String> broken =
        found.splits().stream().flatMap(split -> split.broken().stream()).toList();
    if (broken.isEmpty()) {
      return false;
    }
    err.printf(
        "reprise: %d image(s) cannot be read, the first: %s%n"
            + "(reprise data verify lists all, and those that break off further on)%n",
        broken.size(), Shown.of(broken.get(0), 2000));
    return true;
  }

  private int draw(Dataset dataset) throws IOException {
    try {
      return ContactSheet.write(dataset, Split.TRAIN, sheet);
    } catch (FileSystemException e) {
      throw WriteFailure.of("--sheet " + sheet, e);
    }
  }

  private static void print(PrintWriter out, DataInspection found, Dataset dataset) {
    List<DataInspection.SplitContent> splits = found.splits();
    out.printf("%d classes, stored at %s%n", found.labels().size(), dataset.imageSize());
    for (DataInspection.SplitContent split : splits) {
      String sizes =
          split
              .sizes()
              .map(s -> " from " + s.smallest() + " to " + s.largest() + ", median " + s.median())
              .orElse("");
      String broken = split.broken().isEmpty() ? "" : ", " + split.broken().size() + " broken";
      out.printf("%-10s  %d images%s%s%n", split.split().label(), split.samples(), sizes, broken);
    }
    List<String> labels =
        found.labels().stream().limit(MOST_LINES).map(name -> Shown.of(name, 60)).toList();
    int width = labels.stream().mapToInt(String::length).max().orElse(1);
    StringBuilder heading =
        new StringBuilder(String.format("%5s  %-" + width + "s", "label", "class"));
    splits.forEach(split -> heading.append(String.format("  %10s", split.split().label())));
    out.println(heading);
    for (int label = 0; label < labels.size(); label++) {
      StringBuilder line =
          new StringBuilder(
              String.format(Locale.ROOT, "%5d  %-" + width + "s", label, labels.get(label)));
      for (DataInspection.SplitContent split : splits) {
        line.append(String.format(Locale.ROOT, "  %10d", split.perClass().get(label)));
      }
      out.println(line);
    }
    if (found.labels().size() > labels.size()) {
      out.printf("(%d more classes are not shown)%n", found.labels().size() - labels.size());
    }
  }
}
