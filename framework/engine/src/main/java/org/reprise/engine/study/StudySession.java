package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reprise.api.InvalidInputException;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunSummary;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunTakenException;
import org.reprise.engine.record.Summaries;
import org.reprise.engine.session.Session;
import org.reprise.engine.session.Shelf;
import org.reprise.engine.study.StudyOutcome.Row;
import org.reprise.engine.study.StudyOutcome.State;
import org.reprise.engine.study.StudyRunner.Wishes;
import org.reprise.engine.training.RunStoppedException;

/** One call for the runs of a study, in this process, one after the other. */
final class StudySession {
  private final StudyPlan study;
  private final Wishes wishes;
  private final SingleRun.Surroundings surroundings;
  private final Set<String> told = new HashSet<>();
  private boolean written;

  StudySession(StudyPlan study, Wishes wishes, SingleRun.Surroundings surroundings) {
    this.study = study;
    this.wishes = wishes;
    this.surroundings = surroundings;
  }

  /**
   * Does what is to be done.
   *
   * @param shelf what runs share
   * @param fetching is told of weights that are fetched
   */
  StudyOutcome run(Shelf shelf, RunListener fetching) throws IOException {
    List<PlannedRun> wanted =
        wishes.only().isPresent()
            ? List.of(study.runs().get(wishes.only().getAsInt()))
            : study.runs();
    List<Optional<Row>> settled = new ArrayList<>();
    for (PlannedRun run : wanted) {
      settled.add(wishes.again() ? Optional.empty() : settled(run));
    }
    check(wanted, settled, shelf, fetching);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      rows.add(
          settled.get(i).isPresent()
              ? settled.get(i).get()
              : run(wanted.get(i), wanted.size() == 1, shelf, fetching));
    }
    begin(); // also where nothing was left to do: what was called for last stands there
    return new StudyOutcome(study.folder(), rows);
  }

  /** Returns how a run stands that is known without opening anything, and is to be left so. */
  private Optional<Row> settled(PlannedRun run) throws IOException {
    Optional<String> id = surroundings.memory().recall(run.plan());
    Optional<Path> there =
        id.isEmpty() ? Optional.empty() : RunPlaces.find(study.folder(), run.label(), id.get());
    if (there.isEmpty()) {
      return Optional.empty();
    }
    RunDirectory directory = new RunDirectory(there.get());
    Optional<RunSummary> summary = summary(run, directory);
    if (summary.isPresent()) {
      note(run.label() + ": complete already, in " + directory.folder());
      return summary.map(Row::complete);
    }
    Optional<String> failure = directory.failure();
    if (failure.isPresent() && !wishes.retry()) {
      note(run.label() + ": failed before, and is tried again with --retry: " + failure.get());
      return failure.map(reason -> Row.incomplete(run.label(), State.FAILED, reason));
    }
    return Optional.empty();
  }

  private static Optional<RunSummary> summary(PlannedRun run, RunDirectory directory)
      throws IOException {
    if (!directory.isComplete()) {
      return Optional.empty();
    }
    List<EpochRecord> epochs = directory.readMetrics();
    int wanted = run.plan().experiment().training().epochs();
    if (epochs.isEmpty() || epochs.get(epochs.size() - 1).epoch() < wanted) {
      return Optional.empty();
    }
    Selection selection = run.plan().experiment().training().selection();
    return Optional.of(
        Summaries.of(
            run.label(),
            directory.folder(),
            selection,
            Summaries.selectedEpoch(selection, epochs),
            epochs));
  }

  /**
   * Makes each prompt and mapper once before anything is trained, where that opens one data set and
   * one backbone: a wrong one is better known before the first run than after it.
   */
  private void check(
      List<PlannedRun> wanted, List<Optional<Row>> settled, Shelf shelf, RunListener fetching) {
    List<ExperimentPlan> plans = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      if (settled.get(i).isEmpty()) {
        plans.add(wanted.get(i).plan());
      }
    }
    long kinds =
        plans.stream()
            .map(plan -> plan.data().toMap() + " " + plan.backbone().toMap() + plan.output())
            .distinct()
            .count();
    if (plans.size() > 1 && kinds == 1) {
      plans.forEach(plan -> Session.open(plan, fetching, shelf).close());
    }
  }

  private Row run(PlannedRun run, boolean alone, Shelf shelf, RunListener fetching)
      throws IOException {
    try {
      return Row.complete(train(run, shelf, fetching));
    } catch (RunStoppedException e) {
      throw e;
    } catch (RunTakenException e) {
      if (alone) {
        throw e;
      }
      note(run.label() + ": another process is working on it");
      return Row.incomplete(run.label(), State.TAKEN, "another process is working on it");
    } catch (IOException | RuntimeException | Error e) { // costs no other run
      if (alone) {
        throw e;
      }
      note(run.label() + ": failed: " + FailureText.of(e));
      return Row.incomplete(run.label(), State.FAILED, FailureText.of(e));
    }
  }

  private RunSummary train(PlannedRun run, Shelf shelf, RunListener fetching) throws IOException {
    Session session = Session.open(run.plan(), fetching, shelf);
    RunSummary summary;
    try {
      surroundings.memory().look(session.dataInputs());
      session.notes().forEach(this::note);
      begin();
      summary =
          new SingleRun(surroundings, session, run, study.runs().size(), Optional.empty())
              .run(identity -> place(run, identity));
    } catch (IOException | RuntimeException | Error e) {
      Closing.after(e, session);
      throw e;
    }
    Closing.telling(this::note, session); // what is done is done
    return summary;
  }

  private Path place(PlannedRun run, RunIdentity identity) throws IOException {
    Path place = RunPlaces.of(study.folder(), run.label(), identity.spec().id(), wishes.again());
    RunDirectory directory = new RunDirectory(place);
    Optional<String> failure = directory.failure();
    if (failure.isPresent() && !wishes.retry()) {
      throw new InvalidInputException(
          run.label() + ": failed before, and is tried again with --retry: " + failure.get());
    }
    return place;
  }

  private void begin() throws IOException {
    if (!written) {
      study.write();
      written = true;
      surroundings.listener().on(new RunEvent.Opened(study.folder()));
    }
  }

  private void note(String text) {
    if (told.add(text)) { // runs open the same things
      surroundings.listener().on(new RunEvent.Note(text));
    }
  }
}
