package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
  private boolean alone;
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
        wishes.only().isEmpty()
            ? study.runs()
            : wishes.only().stream().map(study.runs()::get).toList();
    alone = wanted.size() == 1;
    Map<String, Row> rows = new HashMap<>();
    for (PlannedRun run : wanted) {
      if (run.trial().isEmpty() && !wishes.again()) {
        settled(run).ifPresent(row -> rows.put(run.label(), row));
      }
    }
    List<PlannedRun> toDo = new ArrayList<>();
    for (List<PlannedRun> trials : study.searches()) {
      SearchStanding.Seen nothing = new SearchStanding.Seen(wishes.retry());
      toDo.addAll(SearchStanding.of(study, trials, surroundings.memory(), nothing).toDo());
    }
    toDo.addAll(wanted.stream().filter(run -> run.trial().isEmpty()).toList());
    Set<String> labels = wanted.stream().map(PlannedRun::label).collect(Collectors.toSet());
    check(
        toDo.stream()
            .filter(run -> labels.contains(run.label()) && !rows.containsKey(run.label()))
            .toList(),
        shelf,
        fetching);
    for (PlannedRun run : wanted) {
      if (run.trial().isEmpty() && !rows.containsKey(run.label())) {
        Optional<Row> row = alone || wishes.again() ? Optional.empty() : settled(run);
        rows.put(run.label(), row.isPresent() ? row.get() : run(run, shelf, fetching));
      }
    }
    for (List<PlannedRun> trials : study.searches()) {
      if (trials.stream().anyMatch(run -> labels.contains(run.label()))) {
        rows.putAll(search(trials, labels, shelf, fetching));
      }
    }
    begin(); // also where nothing was left to do: what was called for last stands there
    return new StudyOutcome(
        study.folder(), wanted.stream().map(run -> rows.get(run.label())).toList());
  }

  /** Trains the trials of a search as far as they are to go, rung by rung. */
  private Map<String, Row> search(
      List<PlannedRun> trials, Set<String> wanted, Shelf shelf, RunListener fetching)
      throws IOException {
    if (surroundings.team().isPresent()) {
      throw new InvalidInputException(
          "--workers: several processes train one run from its first epoch to its last, and trials"
              + " of a search are trained in parts; leave it out, or take --jobs");
    }
    SearchStanding.Seen seen = new SearchStanding.Seen(wishes.retry());
    SearchStanding standing = SearchStanding.of(study, trials, surroundings.memory(), seen);
    Optional<PlannedRun> next = standing.next(wanted, seen);
    while (next.isPresent()) {
      PlannedRun run = next.get();
      Aim aim = standing.aim(run);
      try {
        train(run, aim, shelf, fetching, folder -> seen.in(run, folder));
      } catch (RunStoppedException e) {
        throw e;
      } catch (IOException | RuntimeException | Error e) { // costs no other trial
        if (alone) {
          throw e;
        }
        seen.settle(run, failed(run, e));
      }
      standing = SearchStanding.of(study, trials, surroundings.memory(), seen);
      standing.record();
      next = standing.next(wanted, seen);
    }
    standing.record();
    Map<String, Row> rows = new HashMap<>();
    for (PlannedRun run : trials) {
      if (wanted.contains(run.label())) {
        rows.put(run.label(), standing.row(run, seen));
      }
    }
    return rows;
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
    return run.label()
        + ": failed before, and is tried again by run with --retry or by resume of the run's own"
        + " folder: "
        + reason;
  }

  /**
   * Makes each prompt and mapper once before anything is trained, where that opens one data set and
   * one backbone: a wrong one is better known before the first run than after it.
   */
  private void check(List<PlannedRun> runs, Shelf shelf, RunListener fetching) {
    List<ExperimentPlan> plans = runs.stream().map(PlannedRun::plan).toList();
    long kinds =
        plans.stream()
            .map(plan -> plan.data().toMap() + " " + plan.backbone().toMap() + plan.use().toMap())
            .distinct()
            .count();
    if (plans.size() > 1 && kinds == 1) {
      plans.forEach(plan -> Closing.telling(this::note, Session.open(plan, fetching, shelf)));
    }
  }

  private Row run(PlannedRun run, Shelf shelf, RunListener fetching) throws IOException {
    try {
      return Row.complete(train(run, Aim.WHOLE, shelf, fetching, folder -> {}).orElseThrow());
    } catch (RunStoppedException | WorkerLostException e) { // who could train the next run?
      throw e;
    } catch (Exception | Error e) { // costs no other run
      if (alone) {
        throw e;
      }
      return failed(run, e);
    }
  }

  private Row failed(PlannedRun run, Throwable why) {
    if (why instanceof RunTakenException) {
      note(run.label() + ": " + TAKEN);
      return Row.incomplete(run.label(), State.TAKEN, TAKEN);
    }
    note(run.label() + ": failed: " + FailureText.of(why));
    return Row.incomplete(run.label(), State.FAILED, FailureText.of(why));
  }

  private Optional<RunSummary> train(
      PlannedRun run, Aim aim, Shelf shelf, RunListener fetching, Consumer<Path> found)
      throws IOException {
    Session session = Session.open(run.plan(), fetching, shelf);
    Optional<RunSummary> summary;
    try {
      surroundings.memory().look(session.dataInputs());
      session.notes().forEach(this::note);
      begin();
      summary =
          new SingleRun(surroundings, session, run, study.runs().size(), Optional.empty())
              .run(
                  identity -> {
                    Path folder = place(run, identity);
                    found.accept(folder);
                    return folder;
                  },
                  aim);
    } catch (Exception | Error e) {
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
