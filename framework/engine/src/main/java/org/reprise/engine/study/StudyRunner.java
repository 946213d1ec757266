package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.reprise.api.InvalidInputException;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunSummary;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.listing.RunIndex;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.TrialRecord;
import org.reprise.engine.session.Session;
import org.reprise.engine.session.Shelf;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.workers.Team;

/** Runs experiments, goes on with interrupted ones, and forks runs. */
public final class StudyRunner {
  /** Exit code of a process that was asked by SIGUSR1 to leave the rest to another one. */
  public static final int TO_GO_ON = 138;

  private final PluginHost host;
  private final RunListener listener;
  private final BooleanSupplier stop;
  private final Invocation invocation;
  private final Optional<Team> team;

  /**
   * Makes a runner.
   *
   * @param host where extensions come from
   * @param listener is told of everything
   * @param stop asked after every step; true ends the run
   * @param invocation recorded in the provenance
   */
  public StudyRunner(
      PluginHost host, RunListener listener, BooleanSupplier stop, Invocation invocation) {
    this(host, listener, stop, invocation, Optional.empty());
  }

  /**
   * Makes a runner.
   *
   * @param host where extensions come from
   * @param listener is told of everything
   * @param stop asked after every step; true ends the run
   * @param invocation recorded in the provenance
   * @param team who trains the runs with this process; borrowed
   */
  public StudyRunner(
      PluginHost host,
      RunListener listener,
      BooleanSupplier stop,
      Invocation invocation,
      Optional<Team> team) {
    this.host = host;
    this.listener = listener;
    this.stop = stop;
    this.invocation = invocation;
    this.team = team;
  }

  /**
   * Does a share of the runs that worker 0 of the team trains, until there are no more. Nothing is
   * recorded here.
   *
   * @throws RunStoppedException if asked to stop
   * @throws org.reprise.engine.workers.WorkerLostException if another worker is gone
   */
  public void follow() {
    new Follower(host, team.orElseThrow(), listener, stop).run();
  }

  /**
   * What is wished of a call.
   *
   * @param again whether to train complete and interrupted runs anew, beside the old
   * @param retry whether to try failed runs again
   * @param only places of the runs that are wanted, from 0; empty for all
   */
  public record Wishes(boolean again, boolean retry, List<Integer> only) {
    /** What is not done, and nothing else. */
    public static final Wishes NONE = new Wishes(false, false, List.of());

    /** Copies the list. */
    public Wishes {
      only = List.copyOf(only);
    }
  }

  /**
   * Runs every mapper of an experiment: complete runs are left as they are, interrupted ones go on.
   *
   * @param experiment as written
   * @param again whether to train complete and interrupted runs anew, beside the old
   * @return what is done
   * @throws InvalidInputException if the input is wrong; nothing was trained then
   * @throws IOException if records cannot be written
   */
  public StudyOutcome run(Experiment experiment, boolean again) throws IOException {
    return run(StudyPlan.of(experiment, host), new Wishes(again, false, List.of()));
  }

  /**
   * Runs a study: complete runs are left as they are, interrupted ones go on, failed ones stay so
   * unless they are to be tried again. A run that fails costs no other one.
   *
   * @param plan its runs
   * @param wishes what to do with runs that are not new
   * @return how each run stands
   * @throws InvalidInputException if the input is wrong; nothing was trained then
   * @throws IOException if the only run cannot be recorded
   */
  public StudyOutcome run(StudyPlan plan, Wishes wishes) throws IOException {
    for (int place : wishes.only()) {
      if (place < 0 || place >= plan.runs().size()) {
        throw new InvalidInputException(
            "the study has "
                + plan.runs().size()
                + " runs, counted from 0; there is none "
                + place);
      }
    }
    if (wishes.again() && !plan.searches().isEmpty()) {
      throw new InvalidInputException(
          "--again: the study searches, and its trials go on where they are; for other trials set"
              + " search.seed");
    }
    StudySession study = new StudySession(plan, wishes, surroundings());
    Shelf shelf = new Shelf();
    StudyOutcome outcome;
    try {
      outcome = study.run(shelf, this::fetching);
    } catch (IOException | RuntimeException | Error e) {
      Closing.after(e, shelf);
      throw e;
    }
    Closing.telling(text -> listener.on(new RunEvent.Note(text)), shelf); // what is done is done
    if (wishes.only().isEmpty() && Files.isDirectory(plan.folder())) {
      RunIndex.of(plan.folder());
    }
    return outcome;
  }

  /**
   * Looks at how the runs of a study stand, without opening anything.
   *
   * @param plan its runs
   * @throws IOException if records cannot be read
   */
  public static List<Standing> look(StudyPlan plan) throws IOException {
    RunMemory memory = new RunMemory(CacheFolder.resolve());
    List<Standing> standings = new ArrayList<>();
    for (PlannedRun run : plan.runs()) {
      standings.add(Standing.of(plan, run, memory));
    }
    return standings;
  }

  /**
   * Looks at how the searches of a study stand, without opening anything.
   *
   * @param plan its runs
   * @param retry whether failed trials count as if they had not been tried
   * @throws IOException if records cannot be read
   */
  public static List<SearchStanding> searches(StudyPlan plan, boolean retry) throws IOException {
    RunMemory memory = new RunMemory(CacheFolder.resolve());
    List<SearchStanding> searches = new ArrayList<>();
    for (List<PlannedRun> trials : plan.searches()) {
      searches.add(SearchStanding.of(plan, trials, memory, new SearchStanding.Seen(retry)));
    }
    return searches;
  }

  /** What is done with an open session. */
  private interface Work {
    StudyOutcome in(Session session) throws IOException;
  }

  // what is done is done, whatever closing throws
  private StudyOutcome opened(ExperimentPlan plan, Work work) throws IOException {
    Session session = Session.open(plan, this::fetching);
    StudyOutcome outcome;
    try {
      session.notes().forEach(text -> listener.on(new RunEvent.Note(text)));
      outcome = work.in(session);
    } catch (IOException | RuntimeException | Error e) {
      Closing.after(e, session);
      throw e;
    }
    Closing.telling(text -> listener.on(new RunEvent.Note(text)), session);
    return outcome;
  }

  /**
   * Goes on with an experiment, or with one run of it.
   *
   * @param folder of an experiment, or a run directory
   * @return what is done, complete runs included
   * @throws InvalidInputException if the folder is not one of these, or a run is not what it was
   *     when it began
   * @throws IOException if records cannot be written
   */
  public StudyOutcome resume(Path folder) throws IOException {
    requirePlugins(folder, host);
    if (!RunDirectory.isRun(folder)) {
      requireExperiment(folder);
      return run(StudyPlan.in(folder, host), Wishes.NONE);
    }
    ExperimentPlan plan = ExperimentPlan.bind(readExperiment(folder), host);
    Optional<Provenance> began = Provenance.read(new RunDirectory(folder).provenance());
    requireOneMapper(folder, plan);
    requireNoTrial(folder);
    String label = began.map(Provenance::label).orElse(plan.labels().get(0));
    PlannedRun run =
        began
            .map(there -> PlannedRun.of(0, label, there.axes(), plan))
            .orElse(PlannedRun.alone(label, plan));
    return opened(
        plan,
        session -> {
          listener.on(new RunEvent.Opened(folder));
          Optional<Origin> origin = began.flatMap(Provenance::origin);
          return StudyOutcome.of(
              new SingleRun(surroundings(), session, run, 1, origin)
                  .run(identity -> folder, Aim.WHOLE)
                  .orElseThrow());
        });
  }

  /**
   * Insists that the plugins are there that a run was made with.
   *
   * @param folder of an experiment, or a run directory
   * @param host what is there
   * @throws InvalidInputException that names the first that is missing
   */
  public static void requirePlugins(Path folder, PluginHost host) throws IOException {
    Optional<Provenance> began = Provenance.read(new RunDirectory(folder).provenance());
    Set<String> there =
        host.extensions().stream()
            .map(entry -> entry.plugin().id())
            .collect(Collectors.toUnmodifiableSet());
    for (String plugin : began.map(Provenance::plugins).orElse(List.of())) {
      if (!there.contains(plugin.substring(0, plugin.lastIndexOf(' ')))) {
        throw new InvalidInputException(
            folder
                + ": was made with plugin "
                + plugin
                + ", which is not loaded; name its folder with --plugins");
      }
    }
  }

  // its test split is read when it has won, and not before
  private static void requireNoTrial(Path folder) throws IOException {
    Optional<TrialRecord> trial = TrialRecord.read(new RunDirectory(folder));
    if (trial.isPresent() && trial.get().outcome() != TrialRecord.Outcome.WON) {
      throw new InvalidInputException(
          folder
              + ": trial "
              + trial.get().number()
              + " of the search "
              + trial.get().search()
              + " goes on with its study: reprise resume "
              + folder.toAbsolutePath().normalize().getParent());
    }
  }

  private static void requireOneMapper(Path folder, ExperimentPlan plan) {
    if (plan.mappers().size() != 1) {
      throw new InvalidInputException(
          folder.resolve(RunDirectory.EXPERIMENT)
              + ": mapping: the experiment of a run has one mapping, found "
              + plan.mappers().size());
    }
  }

  /**
   * Makes a new run that begins where another one stands.
   *
   * @param folder a run directory with a checkpoint; stays as it is
   * @param settings {@code key=value} texts: what is to be different
   * @return the new run, complete
   * @throws InvalidInputException if the folder is no such run, or nothing is different
   * @throws IOException if records cannot be written
   */
  public StudyOutcome fork(Path folder, List<String> settings) throws IOException {
    readExperiment(folder);
    RunDirectory parent = new RunDirectory(folder);
    Provenance began =
        Provenance.read(parent.provenance())
            .orElseThrow(() -> new InvalidInputException(folder + ": not a run directory"));
    if (!Checkpoint.exists(parent.checkpoints(), RunDirectory.LAST)) {
      throw new InvalidInputException(
          folder + ": has no checkpoint yet to fork from; go on with reprise resume " + folder);
    }
    ExperimentPlan plan =
        ExperimentPlan.bind(
            Experiment.read(folder.resolve(RunDirectory.EXPERIMENT), settings), host);
    requireOneMapper(folder, plan);
    Path above = folder.toAbsolutePath().normalize().getParent();
    return opened(plan, session -> fork(session, parent, began, above));
  }

  private StudyOutcome fork(Session session, RunDirectory parent, Provenance began, Path above)
      throws IOException {
    ExperimentPlan plan = session.plan();
    Path folder = parent.folder();
    try (PointerScope scope = new PointerScope()) {
      Checkpoint from = Checkpoint.read(parent.checkpoints(), RunDirectory.LAST);
      int epochs = plan.experiment().training().epochs();
      if (epochs <= from.epochs()) {
        throw new InvalidInputException(
            folder
                + ": has trained "
                + from.epochs()
                + " of the fork's "
                + epochs
                + " epochs already; --set training.epochs="
                + (from.epochs() + 1)
                + " or more");
      }
      Origin origin = new Origin("fork", began.id(), from.epochs());
      PlannedRun planned = PlannedRun.of(0, plan.labels().get(0), began.axes(), plan);
      SingleRun run = new SingleRun(surroundings(), session, planned, 1, Optional.of(origin));
      Optional<RunSummary> summary =
          run.run(
              identity -> {
                String id = identity.spec().id();
                Path place = RunPlaces.of(above, plan.labels().get(0) + "-fork", id, false);
                begin(new RunDirectory(place), parent, from, id, plan.toYaml());
                listener.on(new RunEvent.Opened(place));
                return place;
              },
              Aim.WHOLE);
      return StudyOutcome.of(summary.orElseThrow());
    }
  }

  /** Copies what a fork begins with: the parent's checkpoints and metrics under its own id. */
  private static void begin(
      RunDirectory fork, RunDirectory parent, Checkpoint from, String id, String yaml)
      throws IOException {
    if (Checkpoint.exists(fork.checkpoints(), RunDirectory.LAST)) {
      return; // an interrupted fork goes on
    }
    fork.create(yaml);
    if (Checkpoint.exists(parent.checkpoints(), RunDirectory.BEST) && from.bestEpoch() > 0) {
      Checkpoint.read(parent.checkpoints(), RunDirectory.BEST)
          .withRun(id)
          .write(fork.checkpoints(), RunDirectory.BEST);
    }
    fork.alignMetrics(0, "");
    for (EpochRecord epoch : parent.readMetrics()) {
      if (epoch.epoch() <= from.epochs()) {
        fork.appendMetrics(epoch.line());
      }
    }
    from.withRun(id).write(fork.checkpoints(), RunDirectory.LAST);
  }

  /**
   * Reads the experiment of an experiment's folder or a run directory.
   *
   * @throws InvalidInputException if there is none
   */
  public static Experiment readExperiment(Path folder) {
    requireExperiment(folder);
    return Experiment.read(folder.resolve(RunDirectory.EXPERIMENT), List.of());
  }

  /**
   * Insists that a folder is that of a study or a run directory.
   *
   * @throws InvalidInputException if it is not
   */
  public static void requireExperiment(Path folder) {
    Path yaml = folder.resolve(RunDirectory.EXPERIMENT);
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder
              + (Files.exists(folder)
                  ? ": a file, not a run directory"
                  : ": no such run directory"));
    }
    if (!Files.isRegularFile(yaml)) {
      Path above = folder.toAbsolutePath().normalize().getParent();
      boolean begun =
          Files.isDirectory(new RunDirectory(folder).checkpoints())
              && Files.isRegularFile(above.resolve(RunDirectory.EXPERIMENT));
      if (begun) {
        throw new InvalidInputException(
            folder
                + ": the run ended before anything of it was recorded; begin it again with: reprise"
                + " resume "
                + above);
      }
      throw new InvalidInputException(
          folder
              + ": not a run directory: it has no "
              + RunDirectory.EXPERIMENT
              + " (a run directory is <output>/<experiment>/<label>-<id>)");
    }
  }

  private SingleRun.Surroundings surroundings() {
    return new SingleRun.Surroundings(
        listener, stop, invocation, new RunMemory(CacheFolder.resolve()), team);
  }

  private void fetching(RunEvent event) {
    if (stop.getAsBoolean()) {
      throw new RunStoppedException();
    }
    listener.on(event);
  }
}
