package org.reprise.engine.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunSummary;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.counting.CountsWatch;
import org.reprise.engine.counting.SharedCounts;
import org.reprise.engine.device.Libtorch;
import org.reprise.engine.execution.ExecutionChoice;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunLock;
import org.reprise.engine.record.Summaries;
import org.reprise.engine.report.Reports;
import org.reprise.engine.session.Session;
import org.reprise.engine.trace.MappingTrace;
import org.reprise.engine.trace.Pictures;
import org.reprise.engine.tracking.Tracking;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.training.Trainer;
import org.reprise.engine.workers.Team;
import org.reprise.engine.workers.WorkerLostException;
import org.reprise.engine.workers.Workers;

/** One mapper's run: training from where its run directory stands, and the records of it. */
final class SingleRun {

  /** What all runs of a call have in common. */
  record Surroundings(
      RunListener listener,
      BooleanSupplier stop,
      Invocation invocation,
      RunMemory memory,
      Optional<Team> team) {

    /** Returns who trains the runs, of whom this is the first. */
    Workers workers() {
      return team.<Workers>map(all -> all).orElse(Workers.ALONE);
    }

    private void requireGoing() {
      if (stop.getAsBoolean()) {
        throw new RunStoppedException();
      }
    }
  }

  /** Finds the run directory of an identity. */
  @FunctionalInterface
  interface Place {
    Path of(RunIdentity identity) throws IOException;
  }

  private final Surroundings surroundings;
  private final Session session;
  private final PlannedRun planned;
  private final ExperimentPlan plan;
  private final String label;
  private final int count;
  private final Optional<Origin> origin;

  /**
   * Prepares.
   *
   * @param surroundings of this call
   * @param session opened for the run's plan
   * @param planned which run
   * @param count runs of this call
   * @param origin what it began from, if not from nothing
   */
  SingleRun(
      Surroundings surroundings,
      Session session,
      PlannedRun planned,
      int count,
      Optional<Origin> origin) {
    this.surroundings = surroundings;
    this.session = session;
    this.planned = planned;
    this.plan = planned.plan();
    this.label = planned.label();
    this.count = count;
    this.origin = origin;
  }

  /**
   * Trains what is not trained yet.
   *
   * @param place of the run directory
   * @param aim how far it is wanted
   * @return the complete run; empty where it is not to be complete yet
   */
  Optional<RunSummary> run(Place place, Aim aim) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      InputPrompt prompt = session.newPrompt();
      LabelMapper mapper = null;
      Optional<RunSummary> summary;
      try {
        CountsWatch watch = new CountsWatch();
        mapper =
            session.newMapper(
                plan.mappers().get(0),
                counts -> watch.over(SharedCounts.over(counts, surroundings.workers())));
        Model model = session.model(prompt, mapper);
        try (MappingTrace trace = new MappingTrace(model, watch)) {
          summary = run(model, trace, place, aim);
        }
      } catch (Exception | Error e) {
        Libtorch.restoreDefaultType();
        Thread
            .interrupted(); // a plugin's doing, as runs are stopped otherwise: no other run's fault
        Closing.after(e, prompt, mapper);
        throw e;
      }
      Closing.telling(
          text -> surroundings.listener().on(new RunEvent.Note(label + ": " + text)),
          prompt,
          mapper);
      return summary;
    }
  }

  private Optional<RunSummary> run(Model model, MappingTrace trace, Place place, Aim aim)
      throws IOException {
    Trainer.Splits splits =
        session.splits(model.prompt(), surroundings.listener(), surroundings.stop());
    RunIdentity identity = RunIdentity.of(session, plan, model, origin);
    if (origin.isEmpty()) {
      surroundings.memory().remember(plan, identity, session);
    }
    RunDirectory directory = new RunDirectory(place.of(identity));
    directory.create(plan.toYaml());
    try (RunLock lock = RunLock.take(directory.folder())) {
      Provenance provenance = provenance(directory, model, splits, identity);
      return run(directory, provenance, executed(provenance, model, splits), trace, splits, aim);
    }
  }

  /** Returns the model as the run's network is executed: as recorded where it has begun. */
  private Model executed(Provenance provenance, Model model, Trainer.Splits splits) {
    Optional<ExecutionChoice> before = provenance.executed();
    if (before.isPresent()) {
      return model.with(before.get().used());
    }
    int samples = Math.min(plan.experiment().training().batchSize(), splits.train().size());
    ExecutionChoice choice = ExecutionChoice.of(session, model, samples);
    provenance.execute(choice);
    if (plan.experiment().execution() != choice.used()) {
      surroundings
          .listener()
          .on(
              new RunEvent.Note(
                  label + ": execution: " + Names.of(choice.used()) + ": " + choice.because()));
    }
    return model.with(choice.used());
  }

  private Provenance provenance(
      RunDirectory directory, Model model, Trainer.Splits splits, RunIdentity identity)
      throws IOException {
    Optional<Provenance> before = Provenance.read(directory.provenance());
    if (before.isEmpty()) {
      return Provenance.of(directory.provenance(), planned, session, model, splits, identity);
    }
    requireSame(directory, before.get(), identity);
    return before.get();
  }

  /** Refuses to go on as another run than the one that began here. */
  private static void requireSame(RunDirectory directory, Provenance began, RunIdentity now) {
    if (began.id().equals(now.spec().id())) {
      return;
    }
    List<String> changes = Changes.since(began, now, List.of());
    throw new InvalidInputException(
        directory.folder()
            + ": it is not the run that was begun there: "
            + (changes.isEmpty()
                ? "its id is " + began.id() + ", expected " + now.spec().id()
                : String.join("; ", changes))
            + " (see "
            + directory.provenance()
            + "); bring the old back, or make a new run of it: reprise fork "
            + directory.folder()
            + " --set KEY=VALUE");
  }

  private Optional<RunSummary> run(
      RunDirectory directory,
      Provenance provenance,
      Model model,
      MappingTrace trace,
      Trainer.Splits splits,
      Aim aim)
      throws IOException {
    TrainingOptions options = plan.experiment().training();
    Run run =
        new Run(
            label,
            provenance.id(),
            planned.index(),
            count,
            options.epochs(),
            directory.folder(),
            session.sourceLabels(),
            session.targetLabels());
    Recorder recorder =
        new Recorder(directory, provenance.id(), options.selection(), options.epochs(), trace);
    RunListener listener = surroundings.listener();
    Optional<Integer> done = epochsDone(directory, provenance.id());
    if (done.isPresent() && done.get() >= options.epochs() && directory.isComplete()) {
      restore(directory, recorder, Optional.empty());
      listener.on(new RunEvent.Note(label + ": complete already, in " + directory.folder()));
      return Optional.of(summary(directory, recorder));
    }
    if (!aim.completes() && done.orElse(0) >= aim.stretch().of(options)) {
      return Optional.empty(); // as far as it is wanted
    }
    try (Tracking tracking =
        new Tracking(
            plan.trackers(),
            run,
            done.orElse(0),
            plan.settings(),
            text -> listener.on(new RunEvent.Note(label + ": " + text)))) {
      RunListener both =
          event -> {
            listener.on(event);
            tracking.on(event);
          };
      return train(run, directory, provenance, model, splits, recorder, done, aim, both);
    }
  }

  private Optional<RunSummary> train(
      Run run,
      RunDirectory directory,
      Provenance provenance,
      Model model,
      Trainer.Splits splits,
      Recorder recorder,
      Optional<Integer> done,
      Aim aim,
      RunListener listener)
      throws IOException {
    RunListener all = recordedFirst(recorder, listener);
    TrainingOptions options = plan.experiment().training();
    long start = System.nanoTime();
    provenance.begin(session, surroundings.invocation(), done.orElse(0));
    provenance.sharedBy(surroundings.workers().size());
    provenance.write();
    try (Trainer trainer =
        new Trainer(
            model,
            splits,
            options,
            session.setting(surroundings.workers()),
            all,
            surroundings.stop())) {
      provenance.records(trainer.graph());
      provenance.write();
      restore(directory, recorder, Optional.of(trainer));
      listener.on(new RunEvent.Started(run, done.orElse(0)));
      if (done.isEmpty() || done.get() < options.epochs()) {
        begin(directory, model, done.orElse(0));
        trainer.train(done.orElse(0), aim.stretch());
        surroundings.team().ifPresent(Team::end);
      }
      if (aim.completes()) {
        new TestOnce(session, model, splits.test(), listener)
            .complete(directory, surroundings.stop());
      }
      if (Libtorch.restoreDefaultType()) {
        throw new IllegalStateException(
            "libtorch's default dtype was changed while the run trained; only a plugin does that");
      }
    } catch (UncheckedIOException e) {
      tellTeam(e.getCause());
      failed(provenance, listener, run, e.getCause());
      throw e.getCause();
    } catch (RunStoppedException e) {
      tellTeam(e);
      throw e;
    } catch (WorkerLostException e) { // as if all had been killed: the run can be gone on with
      throw new WorkerLostException(
          e.getMessage()
              + "; all workers stop here, go on with: reprise resume "
              + directory.folder(),
          e);
    } catch (Exception | Error e) {
      tellTeam(e);
      failed(provenance, listener, run, e);
      throw e;
    }
    if (!aim.completes()) {
      provenance.end(aim.stretch().of(options), (System.nanoTime() - start) * 1e-9);
      provenance.write();
      return Optional.empty();
    }
    RunSummary summary = summary(directory, recorder);
    Predictions.write(directory, labels(splits));
    portray(directory, model, splits);
    provenance.end(summary.epochs(), (System.nanoTime() - start) * 1e-9);
    provenance.write();
    Reports.write(directory.folder());
    listener.on(new RunEvent.Finished(run, summary));
    return Optional.of(summary);
  }

  private void begin(RunDirectory directory, Model model, int done) {
    surroundings
        .team()
        .ifPresent(
            team ->
                team.begin(
                    SharedTask.of(session, model, done, directory.folder()).text(),
                    surroundings::requireGoing));
  }

  private void tellTeam(Throwable why) {
    surroundings.team().ifPresent(team -> team.fail(FailureText.of(why)));
  }

  /**
   * Has everything recorded before others hear of it. What was learned in an epoch is recorded
   * before the mapping is refitted, and told once the epoch's checkpoint is written: what a
   * listener has heard of is never trained again.
   */
  private static RunListener recordedFirst(Recorder recorder, RunListener listener) {
    AtomicReference<RunEvent.Learned> held = new AtomicReference<>();
    return event -> {
      recorder.on(event);
      if (event instanceof RunEvent.Learned learned) {
        held.set(learned);
        return;
      }
      listener.on(event);
      RunEvent.Learned learned = event instanceof RunEvent.Epoch ? held.getAndSet(null) : null;
      if (learned != null) {
        listener.on(learned);
      }
    };
  }

  /** Writes what a report shows of the chosen epoch beside its figures. */
  private static void portray(RunDirectory directory, Model model, Trainer.Splits splits)
      throws IOException {
    String name =
        Checkpoint.exists(directory.checkpoints(), RunDirectory.BEST)
            ? RunDirectory.BEST
            : RunDirectory.LAST;
    try (PointerScope scope = new PointerScope()) {
      Checkpoint chosen = Checkpoint.read(directory.checkpoints(), name);
      MappingTrace.write(directory, chosen, model);
      Pictures.write(directory, chosen, model, splits.test());
    }
  }

  private static void failed(Provenance provenance, RunListener listener, Run run, Throwable why) {
    String reason = FailureText.of(why);
    try {
      provenance.fail(reason);
      provenance.write();
    } catch (IOException e) {
      why.addSuppressed(e); // the disk may be full: it is told, and will be tried again
    }
    listener.on(new RunEvent.Failed(run, reason));
  }

  private static Tensor labels(Trainer.Splits splits) {
    return torch.tensor(splits.test().labels()).to(ScalarType.Long);
  }

  private RunSummary summary(RunDirectory directory, Recorder recorder) throws IOException {
    List<EpochRecord> epochs = directory.readMetrics();
    return Summaries.of(
        label,
        directory.folder(),
        plan.experiment().training().selection(),
        recorder.bestEpoch(),
        epochs);
  }

  /** Returns how many epochs the last checkpoint has seen; empty where there is none. */
  private static Optional<Integer> epochsDone(RunDirectory directory, String id) {
    if (!Checkpoint.exists(directory.checkpoints(), RunDirectory.LAST)) {
      return Optional.empty();
    }
    try (PointerScope scope = new PointerScope()) {
      Checkpoint checkpoint = Checkpoint.read(directory.checkpoints(), RunDirectory.LAST);
      if (!checkpoint.run().equals(id)) {
        throw new InvalidInputException(
            directory.checkpoints()
                + ": its checkpoint is of another run ("
                + checkpoint.run()
                + ", expected "
                + id
                + ")");
      }
      return Optional.of(checkpoint.epochs());
    }
  }

  private static void restore(RunDirectory directory, Recorder recorder, Optional<Trainer> trainer)
      throws IOException {
    if (!Checkpoint.exists(directory.checkpoints(), RunDirectory.LAST)) {
      directory.alignMetrics(0, "");
      return;
    }
    try (PointerScope scope = new PointerScope()) {
      Checkpoint checkpoint = Checkpoint.read(directory.checkpoints(), RunDirectory.LAST);
      recorder.restore(checkpoint);
      trainer.ifPresent(learner -> learner.restore(checkpoint.tensors()));
    }
  }
}
