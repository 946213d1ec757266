package org.reprise.engine.study;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.reprise.api.run.RunSummary;

/**
 * What there is in the end.
 *
 * @param folder of the study, or of the only run that was asked for
 * @param rows one for each run, in order
 */
public record StudyOutcome(Path folder, List<Row> rows) {
  /** Copies the list. */
  public StudyOutcome {
    rows = List.copyOf(rows);
  }

  /** How a run stands. */
  public enum State {
    /** Everything is there. */
    COMPLETE,
    /** It failed, now or when it was tried last. */
    FAILED,
    /** Another process is working on it. */
    TAKEN,
    /** A trial of a search, in which others were better. */
    OUT,
    /** A trial of a search that waits for others. */
    WAITING
  }

  /**
   * A run.
   *
   * @param label what people call it
   * @param state how it stands
   * @param summary of a complete run
   * @param reason why it is not complete, one line
   */
  public record Row(String label, State state, Optional<RunSummary> summary, String reason) {
    static Row complete(RunSummary summary) {
      return new Row(summary.label(), State.COMPLETE, Optional.of(summary), "");
    }

    static Row incomplete(String label, State state, String reason) {
      return new Row(label, state, Optional.empty(), reason.lines().findFirst().orElse(""));
    }
  }

  static StudyOutcome of(RunSummary summary) {
    return new StudyOutcome(summary.folder(), List.of(Row.complete(summary)));
  }

  /** Returns the complete runs, in order. */
  public List<RunSummary> runs() {
    return rows.stream().flatMap(row -> row.summary().stream()).toList();
  }

  /** Tells whether a run failed. */
  public boolean hasFailures() {
    return rows.stream().anyMatch(row -> row.state() == State.FAILED);
  }
}
