package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reprise.api.run.RunSummary;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunLock;
import org.reprise.engine.record.Summaries;
import org.reprise.engine.search.Progress;

/**
 * How a run of a study stands, as far as that is known without opening anything.
 *
 * @param run which
 * @param state how it stands
 * @param id of the run, where it was seen before
 * @param folder of the run, where it has one
 * @param progress what is trained so far
 * @param summary of a complete run
 * @param reason why it failed; empty where it did not
 */
public record Standing(
    PlannedRun run,
    State state,
    Optional<String> id,
    Optional<Path> folder,
    Progress progress,
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
    return folder.isPresent()
        ? in(folder.get(), id, run)
        : new Standing(run, State.NEW, id, folder, Progress.NONE, Optional.empty(), "");
  }

  /**
   * Looks at a run whose folder is known.
   *
   * @param folder its directory
   * @param id of the run
   * @param run which
   * @throws IOException if its records cannot be read
   */
  static Standing in(Path folder, Optional<String> id, PlannedRun run) throws IOException {
    Optional<Path> there = Optional.of(folder);
    RunDirectory directory = new RunDirectory(folder);
    List<EpochRecord> metrics = directory.readMetrics();
    int epochs = metrics.isEmpty() ? 0 : metrics.get(metrics.size() - 1).epoch();
    int wanted = run.plan().experiment().training().epochs();
    Progress progress = progress(epochs, metrics, false);
    if (directory.isComplete() && !metrics.isEmpty() && epochs >= wanted) {
      RunSummary summary = summary(run, folder, metrics);
      return new Standing(run, State.COMPLETE, id, there, progress, Optional.of(summary), "");
    }
    if (RunLock.isTaken(folder)) {
      return new Standing(run, State.RUNNING, id, there, progress, Optional.empty(), "");
    }
    Optional<String> failure = Provenance.read(directory.provenance()).flatMap(Provenance::failure);
    return failure.isPresent()
        ? new Standing(
            run,
            State.FAILED,
            id,
            there,
            progress(epochs, metrics, true),
            Optional.empty(),
            failure.get())
        : new Standing(run, State.INTERRUPTED, id, there, progress, Optional.empty(), "");
  }

  private static Progress progress(int epochs, List<EpochRecord> metrics, boolean failed) {
    Map<Integer, Double> validation = new HashMap<>();
    for (EpochRecord epoch : metrics) {
      epoch.validationAccuracy().ifPresent(value -> validation.put(epoch.epoch(), value));
    }
    return new Progress(epochs, validation, failed);
  }

  private static RunSummary summary(PlannedRun run, Path folder, List<EpochRecord> metrics) {
    Selection selection = run.plan().experiment().training().selection();
    return Summaries.of(
        run.label(), folder, selection, Summaries.selectedEpoch(selection, metrics), metrics);
  }

  /** Returns the epochs that are trained. */
  public int epochs() {
    return progress.epochs();
  }

  /** Returns the epochs that are left; 0 of a complete run. */
  public int epochsLeft() {
    int wanted = Math.max(1, run.plan().experiment().training().epochs());
    return state == State.COMPLETE ? 0 : Math.max(0, wanted - epochs());
  }
}
