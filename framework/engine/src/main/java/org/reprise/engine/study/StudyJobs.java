package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.listing.RunIndex;
import org.reprise.engine.record.RunLock;
import org.reprise.engine.study.StudyOutcome.Row;
import org.reprise.engine.study.StudyRunner.Wishes;
import org.reprise.engine.training.RunStoppedException;

/**
 * Runs a study in processes of their own, several side by side: a run that crashes, or that the
 * system ends because memory is out, costs no other one. All state is in the folders; the processes
 * are told nothing but which run is theirs.
 */
public final class StudyJobs {
  private static final long POLL_MILLIS = 50;
  private static final String LOGS = "jobs";

  /** Makes the process of a run. */
  @FunctionalInterface
  public interface Launcher {
    /**
     * Describes a process.
     *
     * @param run the only one that it is to train
     * @param slot which of the places side by side it takes, from 0
     * @param crash file for the virtual machine to write to if it crashes
     */
    ProcessBuilder process(PlannedRun run, int slot, Path crash);
  }

  /** One under way. */
  private record Job(PlannedRun run, int slot, Process process, Path log) {}

  private final StudyPlan study;
  private final Launcher launcher;
  private final Consumer<String> tell;
  private final BooleanSupplier stop;
  private final Map<PlannedRun, Row> rows = new HashMap<>();
  private final Deque<PlannedRun> left = new ArrayDeque<>();
  private final List<Job> running = new ArrayList<>();
  private final Map<String, Aim> aims = new HashMap<>(); // of trials, by label
  private SearchStanding.Seen seen = new SearchStanding.Seen(false);
  private Forecast forecast;
  private boolean stopping;

  /**
   * Prepares.
   *
   * @param study its runs
   * @param launcher makes the process of a run
   * @param tell is told how it goes on, a line at a time
   * @param stop true stops all processes
   */
  public StudyJobs(
      StudyPlan study, Launcher launcher, Consumer<String> tell, BooleanSupplier stop) {
    this.study = study;
    this.launcher = launcher;
    this.tell = tell;
    this.stop = stop;
  }

  /**
   * Does what is not done.
   *
   * @param jobs processes side by side, at least 1
   * @param wishes what to do with runs that are not new
   * @return how each run stands
   * @throws RunStoppedException if asked to stop; all processes have ended then
   * @throws IOException if records cannot be read or written
   */
  public StudyOutcome run(int jobs, Wishes wishes) throws IOException {
    List<Standing> standings = StudyRunner.look(study);
    forecast = Forecast.of(standings);
    for (Standing standing : standings) {
      if (standing.run().trial().isEmpty()) {
        Optional<Row> settled = wishes.again() ? Optional.empty() : settled(standing, wishes);
        settled.ifPresentOrElse(
            row -> rows.put(standing.run(), row), () -> left.add(standing.run()));
      }
    }
    study.write();
    seen = new SearchStanding.Seen(wishes.retry());
    for (List<PlannedRun> trials : study.searches()) {
      goOn(trials);
    }
    Files.createDirectories(study.folder().resolve(LOGS));
    try {
      while (!left.isEmpty() || !running.isEmpty()) {
        start(jobs);
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        collect();
        if (stop.getAsBoolean() && !stopping) {
          stopping = true;
          running.forEach(job -> job.process().destroy());
        }
        if (stopping && running.isEmpty()) {
          throw new RunStoppedException();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunStoppedException();
    } finally {
      running.forEach(job -> job.process().destroy());
    }
    for (List<PlannedRun> trials : study.searches()) {
      SearchStanding standing = look(trials);
      standing.record();
      trials.forEach(run -> rows.put(run, standing.row(run, seen)));
    }
    RunIndex.of(study.folder());
    return new StudyOutcome(study.folder(), study.runs().stream().map(rows::get).toList());
  }

  private SearchStanding look(List<PlannedRun> trials) throws IOException {
    return SearchStanding.of(study, trials, new RunMemory(CacheFolder.resolve()), seen);
  }

  /** Lines up what trials of a search have to do now. */
  private void goOn(List<PlannedRun> trials) throws IOException {
    SearchStanding standing = look(trials);
    standing.record();
    for (PlannedRun run : standing.toDo()) {
      boolean under = left.contains(run) || running.stream().anyMatch(job -> job.run().equals(run));
      if (!under && !seen.isSettled(run)) {
        aims.put(run.label(), standing.aim(run));
        left.add(run);
      }
    }
  }

  private static Optional<Row> settled(Standing standing, Wishes wishes) {
    String label = standing.run().label();
    return switch (standing.state()) {
      case COMPLETE -> standing.summary().map(Row::complete);
      case RUNNING -> Optional.of(taken(label));
      case FAILED ->
          wishes.retry()
              ? Optional.empty()
              : Optional.of(Row.incomplete(label, StudyOutcome.State.FAILED, standing.reason()));
      case INTERRUPTED, NEW -> Optional.empty();
    };
  }

  private static Row taken(String label) {
    return Row.incomplete(label, StudyOutcome.State.TAKEN, "another process is working on it");
  }

  private void start(int jobs) throws IOException {
    while (!stopping && running.size() < jobs && !left.isEmpty()) {
      PlannedRun run = left.remove();
      int slot = freeSlot();
      Path log = study.folder().resolve(LOGS).resolve(run.label() + ".txt");
      Path crash = study.folder().resolve(LOGS).resolve(run.label() + "-crash.txt");
      Process process =
          launcher
              .process(run, slot, crash)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      running.add(new Job(run, slot, process, log));
      tellStanding("started " + run.label());
    }
  }

  private int freeSlot() {
    int slot = 0;
    while (isTaken(slot)) {
      slot++;
    }
    return slot;
  }

  private boolean isTaken(int slot) {
    return running.stream().anyMatch(job -> job.slot() == slot);
  }

  private void collect() throws IOException {
    List<Job> ended = running.stream().filter(job -> !job.process().isAlive()).toList();
    running.removeAll(ended);
    for (Job job : ended) {
      if (!stopping && !stop.getAsBoolean()) {
        Row row = row(job);
        if (job.run().trial().isPresent()) {
          settle(job.run(), row);
          continue;
        }
        rows.put(job.run(), row);
        row.summary()
            .ifPresent(
                summary ->
                    summary
                        .secondsPerEpoch()
                        .ifPresent(seconds -> forecast.learn(job.run(), seconds)));
        tellStanding(
            row.state().name().toLowerCase(Locale.ROOT)
                + " "
                + row.label()
                + (row.reason().isEmpty() ? "" : ": " + row.reason()));
      }
    }
  }

  private void settle(PlannedRun run, Row row) throws IOException {
    if (row.state() == StudyOutcome.State.FAILED || row.state() == StudyOutcome.State.TAKEN) {
      seen.settle(run, row);
    }
    rows.put(run, row);
    for (List<PlannedRun> trials : study.searches()) {
      if (trials.get(0).entry().equals(run.entry())) {
        goOn(trials);
      }
    }
    tellStanding(
        row.state() == StudyOutcome.State.WAITING
            ? "trained " + run.label() + " to epoch " + aims.get(run.label()).stretch().epochs()
            : row.state().name().toLowerCase(Locale.ROOT) + " " + run.label());
  }

  private Row row(Job job) throws IOException {
    String label = job.run().label();
    Standing standing = Standing.of(study, job.run(), new RunMemory(CacheFolder.resolve()));
    switch (standing.state()) {
      case COMPLETE -> {
        Files.deleteIfExists(job.log());
        return Row.complete(standing.summary().orElseThrow());
      }
      case RUNNING -> {
        return taken(label);
      }
      default -> {}
    }
    if (job.run().trial().isPresent()
        && standing.state() == Standing.State.INTERRUPTED
        && !aims.get(label).completes()
        && standing.epochs() >= aims.get(label).stretch().epochs()) {
      Files.deleteIfExists(job.log());
      return Row.incomplete(label, StudyOutcome.State.WAITING, "");
    }
    String reason =
        standing.state() == Standing.State.FAILED
            ? standing.reason()
            : CrashText.of(job.process().exitValue(), job.log());
    if (standing.state() == Standing.State.INTERRUPTED) {
      record(standing.folder().orElseThrow(), reason);
    }
    return Row.incomplete(label, StudyOutcome.State.FAILED, reason);
  }

  private static void record(Path folder, String reason) throws IOException {
    try (RunLock lock = RunLock.take(folder)) {
      Optional<Provenance> provenance = Provenance.read(folder.resolve("provenance.json"));
      if (provenance.isPresent()) {
        provenance.get().fail(reason);
        provenance.get().write();
      }
    }
  }

  private void tellStanding(String what) {
    long failed =
        rows.values().stream().filter(row -> row.state() == StudyOutcome.State.FAILED).count();
    tell.accept(
        String.format(
            Locale.ROOT,
            "%s (%d of %d done, %d failed, %d running, %d left%s)",
            what,
            rows.size() - failed,
            study.runs().size(),
            failed,
            running.size(),
            left.size(),
            timeLeft()));
  }

  private String timeLeft() {
    double seconds = 0;
    List<PlannedRun> unfinished = new ArrayList<>(left);
    running.forEach(job -> unfinished.add(job.run()));
    for (PlannedRun run : unfinished) {
      OptionalDouble takes = forecast.seconds(run, run.plan().experiment().training().epochs());
      if (takes.isEmpty()) {
        return "";
      }
      seconds += takes.getAsDouble();
    }
    long minutes = Math.round(seconds / Math.max(1, running.size()) / 60);
    return unfinished.isEmpty()
        ? ""
        : String.format(Locale.ROOT, ", about %dh%02dm", minutes / 60, minutes % 60);
  }
}
