package org.reprise.engine.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.compare.Comparison;
import org.reprise.engine.compare.JsonFormat;
import org.reprise.engine.compare.Question;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Results;

/** What a page shows of the runs in an experiment's folder. */
final class StudyView {
  private StudyView() {}

  /**
   * Reads the runs, complete or begun.
   *
   * @throws InvalidInputException if there is none
   */
  static ObjectNode of(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder + (Files.exists(folder) ? ": a file, not a folder" : ": no such folder"));
    }
    List<Path> runs =
        RunDirectory.runsIn(folder).stream()
            .filter(run -> Files.isRegularFile(new RunDirectory(run).provenance()))
            .toList();
    if (runs.isEmpty()) {
      throw new InvalidInputException(
          folder + ": neither a run directory nor a folder that holds some");
    }
    ObjectNode node = JsonFiles.object();
    node.put("format", "reprise-report-1");
    node.put("kind", "study");
    node.put("experiment", RunView.name(folder));
    ArrayNode list = node.putArray("runs");
    for (Path path : runs) {
      list.add(RunView.summary(path));
    }
    node.set("comparison", MachinePaths.shortened(comparison(folder)));
    return node;
  }

  /** Returns the table and the claims of a comparison, as {@code reprise compare} makes them. */
  private static JsonNode comparison(Path folder) throws IOException {
    try {
      // absolute, so that the page says the same whatever the folder is called where it is made
      Results results = Results.read(List.of(folder.toAbsolutePath().normalize()));
      boolean selects = results.runs().stream().anyMatch(run -> run.selection() != Selection.LAST);
      Question question =
          new Question(
              List.of(),
              List.of("dataset"),
              List.of("mapping"),
              List.of(Figure.ACCURACY),
              List.of(selects ? Moment.SELECTED : Moment.LAST),
              Optional.empty(),
              List.of());
      return JsonFiles.parse(
          new JsonFormat().write(Comparison.of(results, question)), folder.toString());
    } catch (InvalidInputException e) {
      return JsonFiles.object(); // nothing is complete yet
    }
  }
}
