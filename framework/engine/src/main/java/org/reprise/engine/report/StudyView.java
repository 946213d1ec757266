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
    return node;
  }
}
