package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.run.RunListener;
import org.reprise.engine.config.Execution;
import org.reprise.engine.counting.CountsWatch;
import org.reprise.engine.counting.SharedCounts;
import org.reprise.engine.execution.ExecutionChoice;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.session.Session;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.training.Trainer;
import org.reprise.engine.workers.Team;
import org.reprise.engine.workers.WorkerFailedException;
import org.reprise.engine.workers.WorkerLostException;

/** A worker that does its share of the runs which worker 0 names, and records nothing. */
final class Follower {
  private final PluginHost host;
  private final Team team;
  private final RunListener listener;
  private final BooleanSupplier stop;

  Follower(PluginHost host, Team team, RunListener listener, BooleanSupplier stop) {
    this.host = host;
    this.team = team;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Follows until there is nothing left to do.
   *
   * @throws WorkerLostException if another worker is gone
   * @throws RunStoppedException if asked to stop
   */
  void run() {
    while (true) {
      Optional<String> task = team.next(this::requireGoing);
      if (task.isEmpty()) {
        return;
      }
      try {
        train(SharedTask.of(task.get()));
        team.end();
      } catch (RunStoppedException | WorkerLostException e) {
        team.end();
        throw e;
      } catch (WorkerFailedException e) {
        team.end(); // told already
      } catch (IOException | RuntimeException | Error e) {
        team.fail(FailureText.of(e));
      }
    }
  }

  private void requireGoing() {
    if (stop.getAsBoolean()) {
      throw new RunStoppedException();
    }
  }

  private void train(SharedTask task) throws IOException {
    ExperimentPlan plan = ExperimentPlan.bind(StudyRunner.readExperiment(task.folder()), host);
    try (Session session = Session.open(plan, event -> requireGoing());
        PointerScope scope = new PointerScope();
        CountsWatch watch = new CountsWatch(); // as worker 0 has one: what it reads, all read
        InputPrompt prompt = session.newPrompt();
        LabelMapper mapper =
            session.newMapper(
                plan.mappers().get(0), counts -> watch.over(SharedCounts.over(counts, team)))) {
      Model model = session.model(prompt, mapper).with(executed(task));
      Trainer.Splits splits = session.splits(prompt, event -> {}, stop);
      requireSame(task, session, model);
      try (Trainer trainer =
          new Trainer(
              model, splits, plan.experiment().training(), session.setting(team), listener, stop)) {
        if (task.epochs() > 0) {
          restore(task, trainer);
        }
        team.ready(this::requireGoing);
        trainer.train(task.epochs());
      }
    }
  }

  /** Returns how worker 0 executes the network, as it has recorded before it calls. */
  private static Execution executed(SharedTask task) throws IOException {
    Path record = new RunDirectory(task.folder()).provenance();
    return Provenance.read(record)
        .flatMap(Provenance::executed)
        .map(ExecutionChoice::used)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    record
                        + ": does not say how the network is executed: all workers need one file"
                        + " system"));
  }

  private static void restore(SharedTask task, Trainer trainer) throws IOException {
    Path checkpoints = new RunDirectory(task.folder()).checkpoints();
    Checkpoint checkpoint = Checkpoint.read(checkpoints, RunDirectory.LAST);
    if (checkpoint.epochs() != task.epochs()) {
      throw new InvalidInputException(
          checkpoints
              + ": a checkpoint of "
              + checkpoint.epochs()
              + " epochs is seen here, of "
              + task.epochs()
              + " by worker 0: all workers need one file system");
    }
    trainer.restore(checkpoint.tensors());
  }

  /** Whoever sees other data or weights would train another run. */
  private static void requireSame(SharedTask task, Session session, Model model) {
    String id = task.id(session, model);
    if (!id.equals(task.id())) {
      throw new InvalidInputException(
          "samples, weights or plugins are not those of worker 0: they make the run "
              + id
              + ", expected "
              + task.id());
    }
  }
}
