package org.reprise.engine.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;

/** What a page shows of the runs in an experiment's folder. */
final class StudyView {
  /** Of a run's tree, what the page of a study has no use for. */
  private static final List<String> OF_RUNS_ONLY =
      List.of("format", "kind", "mapping", "pictures", "provenance", "yaml", "test");

  private StudyView() {}

  /**
   * Reads the runs, complete or begun.
   *
   * @throws InvalidInputException if there is none
   */
  static ObjectNode of(Path folder, boolean paths) throws IOException {
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
      ObjectNode run = RunView.of(path, paths);
      run.put("trained_parameters", trained(run));
      run.put("calibration_error", run.at("/test/calibration_error").asDouble(-1));
      run.remove(OF_RUNS_ONLY);
      list.add(run);
    }
    return node;
  }

  private static long trained(ObjectNode run) {
    return run.at("/provenance/trained_parameters/prompt").asLong()
        + run.at("/provenance/trained_parameters/mapping").asLong();
  }
}
