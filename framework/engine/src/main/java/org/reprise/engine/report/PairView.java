package org.reprise.engine.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.JsonFiles;

/** What a page shows of two runs. */
final class PairView {
  private PairView() {}

  /**
   * Reads two runs of one task.
   *
   * @throws InvalidInputException if their target labels differ, or a record is damaged
   */
  static ObjectNode of(Path first, Path second, boolean paths) throws IOException {
    ObjectNode one = RunView.of(first, paths);
    ObjectNode other = RunView.of(second, paths);
    if (!one.path("target_labels").equals(other.path("target_labels"))) {
      throw new InvalidInputException(
          first + " and " + second + ": runs of different tasks: their target labels differ");
    }
    ObjectNode node = JsonFiles.object();
    node.put("format", "reprise-report-1");
    node.put("kind", "pair");
    node.set("first", one);
    node.set("second", other);
    return node;
  }
}
