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
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunTakenException;
import org.reprise.engine.session.Session;
import org.reprise.engine.session.Shelf;
import org.reprise.engine.study.StudyOutcome.Row;
import org.reprise.engine.study.StudyOutcome.State;
import org.reprise.engine.study.StudyRunner.Wishes;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.workers.WorkerLostException;

/** One call for the runs of a study, in this process, one after the other. */
final class StudySession {
  private static final String TAKEN = "another process is working on it";

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
      PlannedRun run = wanted.get(i);
      boolean alone = wanted.size() == 1;
      Optional<Row> row = settled.get(i);
      if (row.isEmpty() && !alone && !wishes.again()) {
        row = settled(run); // another process may have been faster
      }
      rows.add(row.isPresent() ? row.get() : run(run, alone, shelf, fetching));
    }
    begin(); // also where nothing was left to do: what was called for last stands there
    return new StudyOutcome(study.folder(), rows);
  }

  /** Returns how a run stands that is known without opening anything, and is to be left so. */
  private Optional<Row> settled(PlannedRun run) throws IOException {
    Standing standing = Standing.of(study, run, surroundings.memory());
    switch (standing.state()) {
      case COMPLETE -> {
        RunSummary summary = standing.summary().orElseThrow();
        note(run.label() + ": complete already, in " + summary.folder());
        return Optional.of(Row.complete(summary));
      }
      case FAILED -> {
        if (!wishes.retry()) {
          note(failedBefore(run, standing.reason()));
          return Optional.of(Row.incomplete(run.label(), State.FAILED, standing.reason()));
        }
      }
      case RUNNING -> {
        if (wishes.only().isEmpty() && study.runs().size() > 1) {
          note(run.label() + ": " + TAKEN);
          return Optional.of(Row.incomplete(run.label(), State.TAKEN, TAKEN));
        }
      }
      default -> {}
    }
    return Optional.empty();
  }

  private static String failedBefore(PlannedRun run, String reason) {
    return run.label() + ": failed before, and is tried again with --retry: " + reason;
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
            .map(plan -> plan.data().toMap() + " " + plan.backbone().toMap() + plan.use().toMap())
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
    } catch (RunStoppedException | WorkerLostException e) { // who could train the next run?
      throw e;
    } catch (RunTakenException e) {
      if (alone) {
        throw e;
      }
      note(run.label() + ": " + TAKEN);
      return Row.incomplete(run.label(), State.TAKEN, TAKEN);
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
    Optional<String> failure =
        Provenance.read(new RunDirectory(place).provenance()).flatMap(Provenance::failure);
    if (failure.isPresent() && !wishes.retry()) {
      throw new InvalidInputException(failedBefore(run, failure.get()));
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
