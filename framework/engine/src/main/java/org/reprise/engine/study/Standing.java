package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.reprise.api.run.RunSummary;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunLock;
import org.reprise.engine.record.Summaries;

/**
 * How a run of a study stands, as far as that is known without opening anything.
 *
 * @param run which
 * @param state how it stands
 * @param id of the run, where it was seen before
 * @param folder of the run, where it has one
 * @param epochs trained so far
 * @param summary of a complete run
 * @param reason why it failed; empty where it did not
 */
public record Standing(
    PlannedRun run,
    State state,
    Optional<String> id,
    Optional<Path> folder,
    int epochs,
    Optional<RunSummary> summary,
    String reason) {

  /** How a run stands. */
  public enum State {
    /** Everything is there. */
    COMPLETE,
    /** A process is working on it. */
    RUNNING,
    /** It failed when it was tried last. */
    FAILED,
    /** It was begun, and goes on from its last checkpoint. */
    INTERRUPTED,
    /** It was not begun, or was not seen by this cache. */
    NEW
  }

  /**
   * Looks at a run.
   *
   * @param study it belongs to
   * @param run which
   * @param memory of ids
   * @throws IOException if its records cannot be read
   */
  static Standing of(StudyPlan study, PlannedRun run, RunMemory memory) throws IOException {
    Optional<String> id = memory.recall(run.plan());
    Optional<Path> folder =
        id.isEmpty() ? Optional.empty() : RunPlaces.find(study.folder(), run.label(), id.get());
    if (folder.isEmpty()) {
      return new Standing(run, State.NEW, id, folder, 0, Optional.empty(), "");
    }
    RunDirectory directory = new RunDirectory(folder.get());
    List<EpochRecord> metrics = directory.readMetrics();
    int epochs = metrics.isEmpty() ? 0 : metrics.get(metrics.size() - 1).epoch();
    int wanted = run.plan().experiment().training().epochs();
    if (directory.isComplete() && !metrics.isEmpty() && epochs >= wanted) {
      RunSummary summary = summary(run, folder.get(), metrics);
      return new Standing(run, State.COMPLETE, id, folder, epochs, Optional.of(summary), "");
    }
    if (RunLock.isTaken(folder.get())) {
      return new Standing(run, State.RUNNING, id, folder, epochs, Optional.empty(), "");
    }
    Optional<String> failure = Provenance.read(directory.provenance()).flatMap(Provenance::failure);
    State state = failure.isPresent() ? State.FAILED : State.INTERRUPTED;
    return new Standing(run, state, id, folder, epochs, Optional.empty(), failure.orElse(""));
  }

  private static RunSummary summary(PlannedRun run, Path folder, List<EpochRecord> metrics) {
    Selection selection = run.plan().experiment().training().selection();
    return Summaries.of(
        run.label(), folder, selection, Summaries.selectedEpoch(selection, metrics), metrics);
  }

  /** Returns the epochs that are left; 0 of a complete run. */
  public int epochsLeft() {
    int wanted = Math.max(1, run.plan().experiment().training().epochs());
    return state == State.COMPLETE ? 0 : Math.max(0, wanted - epochs);
  }
}
