package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.TrialRecord;
import org.reprise.engine.record.TrialRecord.Outcome;
import org.reprise.engine.search.Progress;
import org.reprise.engine.search.Rung;
import org.reprise.engine.search.SearchRule;
import org.reprise.engine.search.Stage;
import org.reprise.engine.search.Stage.Kind;
import org.reprise.engine.study.StudyOutcome.Row;
import org.reprise.engine.study.StudyOutcome.State;

/**
 * How a search stands, by the records of its trials alone.
 *
 * @param rungs of it
 * @param trials in order
 * @param stages what each is to do, in the same order
 */
public record SearchStanding(List<Rung> rungs, List<Standing> trials, List<Stage> stages) {

  /** What a process knows of runs beside the records. Not thread-safe. */
  static final class Seen {
    private final boolean retry;
    private final Map<String, Path> folders = new HashMap<>();
    private final Map<String, Row> settled = new HashMap<>();

    /**
     * Begins with nothing.
     *
     * @param retry whether trials that failed before count as if they had not been tried
     */
    Seen(boolean retry) {
      this.retry = retry;
    }

    /** Takes note of a trial's folder. */
    void in(PlannedRun run, Path folder) {
      folders.put(run.label(), folder);
    }

    /** Takes note of a trial that is not to be touched again. */
    void settle(PlannedRun run, Row row) {
      settled.put(run.label(), row);
    }

    /** Tells whether a trial is not to be touched again. */
    boolean isSettled(PlannedRun run) {
      return settled.containsKey(run.label());
    }

    private Progress progress(Standing standing) {
      Progress progress = standing.progress();
      Row row = settled.get(standing.run().label());
      boolean failedNow = row != null && row.state() == State.FAILED;
      return new Progress(
          progress.epochs(), progress.validation(), failedNow || (progress.failed() && !retry));
    }
  }

  /** Copies the lists. */
  public SearchStanding {
    rungs = List.copyOf(rungs);
    trials = List.copyOf(trials);
    stages = List.copyOf(stages);
  }

  static SearchStanding of(StudyPlan study, List<PlannedRun> trials, RunMemory memory, Seen seen)
      throws IOException {
    List<Standing> standings = new ArrayList<>();
    for (PlannedRun run : trials) {
      Path folder = seen.folders.get(run.label());
      standings.add(
          folder == null
              ? Standing.of(study, run, memory)
              : Standing.in(folder, memory.recall(run.plan()), run));
    }
    List<Rung> rungs = rungs(trials);
    return new SearchStanding(
        rungs,
        standings,
        SearchRule.decide(rungs, standings.stream().map(seen::progress).toList()));
  }

  private static List<Rung> rungs(List<PlannedRun> trials) {
    PlannedRun first = trials.get(0);
    return Rung.of(
        first.trial().orElseThrow().options(), first.plan().experiment().training().epochs());
  }

  /**
   * Finds the next trial that has something to do.
   *
   * @param wanted labels of those that may be trained
   * @param seen what is settled
   */
  Optional<PlannedRun> next(Set<String> wanted, Seen seen) {
    return toDo().stream()
        .filter(run -> wanted.contains(run.label()) && !seen.isSettled(run))
        .findFirst();
  }

  /** Returns the trials that have something to do now, those that are being trained included. */
  public List<PlannedRun> toDo() {
    List<PlannedRun> runs = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      Kind kind = stages.get(i).kind();
      Standing standing = trials.get(i);
      if (kind == Kind.TRAIN || (kind == Kind.WON && standing.state() != Standing.State.COMPLETE)) {
        runs.add(standing.run());
      }
    }
    return runs;
  }

  /** Returns what a trial is to do. */
  Stage stage(PlannedRun run) {
    return stages.get(place(run));
  }

  private static int place(PlannedRun run) {
    return run.trial().orElseThrow().number() - 1;
  }

  /** Returns how far a trial is to be taken now. */
  Aim aim(PlannedRun run) {
    Stage stage = stage(run);
    return stage.kind() == Kind.WON ? Aim.WINNER : Aim.rung(stage.epochs());
  }

  /** Writes into the folder of each trial whose it is, and what became of it. */
  void record() throws IOException {
    for (int i = 0; i < trials.size(); i++) {
      Optional<Path> folder = trials.get(i).folder();
      if (folder.isPresent()) {
        TrialRecord record = TrialRecord.of(trials.get(i).run().trial().orElseThrow());
        Stage stage = stages.get(i);
        Outcome outcome =
            switch (stage.kind()) {
              case WON -> Outcome.WON;
              case OUT -> Outcome.OUT;
              case TRAIN, WAIT, FAILED -> Outcome.OPEN;
            };
        record
            .with(outcome, outcome == Outcome.OPEN ? "" : words(stage))
            .write(new RunDirectory(folder.get()));
      }
    }
  }

  /** Returns how a trial stands, in a word. */
  public String state(PlannedRun run) {
    Standing standing = trials.get(place(run));
    return switch (stage(run).kind()) {
      case WAIT -> "waiting";
      case OUT -> "out";
      case FAILED -> "failed";
      case TRAIN, WON -> standing.state().name().toLowerCase(Locale.ROOT);
    };
  }

  /** Returns by what a trial was judged; empty where it was not. */
  public String judged(PlannedRun run) {
    Stage stage = stage(run);
    return switch (stage.kind()) {
      case TRAIN, FAILED -> "";
      case WAIT, OUT, WON -> words(stage);
    };
  }

  /** Returns the epochs that the search has left, all of its rungs together. */
  public long epochsLeft() {
    long trained = trials.stream().mapToLong(Standing::epochs).sum();
    return toDo().isEmpty() ? 0 : Math.max(0, Rung.epochs(rungs) - trained);
  }

  private static String words(Stage stage) {
    return "at epoch "
        + stage.epochs()
        + ", "
        + judged(stage)
        + (stage.rank() == 0 ? "" : place(stage));
  }

  private static String judged(Stage stage) {
    return String.format(Locale.ROOT, "validation %.2f%%", 100 * stage.score());
  }

  private static String place(Stage stage) {
    return ", " + stage.rank() + ". of " + stage.of();
  }

  /**
   * Returns a trial's row in a table of what is done.
   *
   * @param run which
   * @param seen what is settled otherwise
   */
  Row row(PlannedRun run, Seen seen) {
    Row settled = seen.settled.get(run.label());
    if (settled != null) {
      return settled;
    }
    Standing standing = trials.get(place(run));
    Stage stage = stage(run);
    if (stage.kind() == Kind.OUT) {
      return Row.incomplete(run.label(), State.OUT, words(stage));
    }
    return switch (standing.state()) {
      case COMPLETE ->
          stage.kind() == Kind.WON
              ? Row.complete(standing.summary().orElseThrow())
              : Row.incomplete(run.label(), State.WAITING, words(stage));
      case RUNNING -> Row.incomplete(run.label(), State.TAKEN, "another process is working on it");
      case FAILED -> Row.incomplete(run.label(), State.FAILED, standing.reason());
      case INTERRUPTED, NEW ->
          Row.incomplete(
              run.label(),
              State.WAITING,
              stage.kind() == Kind.WAIT ? words(stage) : "for epoch " + stage.epochs());
    };
  }
}
