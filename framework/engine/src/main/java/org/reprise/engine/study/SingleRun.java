package org.reprise.engine.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.Provenance;
import org.reprise.engine.record.Report;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunEvents;
import org.reprise.engine.record.RunHandle;
import org.reprise.engine.record.RunLock;
import org.reprise.engine.record.RunSummary;
import org.reprise.engine.record.WriteFailure;
import org.reprise.engine.session.Session;
import org.reprise.engine.training.EpochResult;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.Trainer;
import org.reprise.engine.training.TrainingListener;

/** One mapper's run: training from where the run directory stands, and the records of it. */
final class SingleRun implements TrainingListener {
  private final Session session;
  private final ExperimentPlan plan;
  private final RunHandle handle;
  private final RunDirectory directory;
  private final RunEvents events;
  private final BooleanSupplier stop;
  private final List<String> commandLine;
  private int bestEpoch;
  private double bestScore = Double.NEGATIVE_INFINITY;

  SingleRun(
      Session session,
      ExperimentPlan plan,
      RunHandle handle,
      RunEvents events,
      BooleanSupplier stop,
      List<String> commandLine) {
    this.session = session;
    this.plan = plan;
    this.handle = handle;
    this.directory = new RunDirectory(handle.folder());
    this.events = events;
    this.stop = stop;
    this.commandLine = commandLine;
  }

  RunSummary run() throws IOException {
    Experiment experiment = plan.experiment();
    directory.create(plan.toYaml());
    try (RunLock lock = RunLock.take(directory.folder());
        PointerScope scope = new PointerScope();
        InputPrompt prompt = session.newPrompt();
        LabelMapper mapper = session.newMapper(plan.mappers().get(0))) {
      Model model = session.model(prompt, mapper);
      Trainer.Splits splits = session.splits(prompt, events, stop);
      String provenance = Provenance.of(session, plan, commandLine);
      if (Files.exists(directory.provenance())) {
        Provenance.requireSameFiles(directory.provenance(), provenance);
      } else {
        AtomicFiles.replace(directory.provenance(), provenance);
      }
      try (Trainer trainer =
          new Trainer(
              model,
              splits,
              experiment.training(),
              experiment.seed(),
              session.device(),
              session.trainingType(),
              this,
              stop)) {
        int done = restore(trainer);
        events.started(handle, done);
        if (done < experiment.training().epochs() || !complete()) {
          trainer.train(done);
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    List<EpochRecord> epochs = directory.readMetrics();
    RunSummary summary =
        RunSummary.of(
            handle.mapper(), handle.folder(), experiment.training().selection(), bestEpoch, epochs);
    AtomicFiles.replace(
        directory.report(),
        Report.html(experiment.name() + ": " + handle.mapper(), summary, epochs, plan.toYaml()));
    events.finished(handle, summary);
    return summary;
  }

  // an experiment of 0 epochs is complete once it is evaluated
  private boolean complete() {
    return Checkpoint.exists(directory.checkpoints(), "last");
  }

  private int restore(Trainer trainer) throws IOException {
    if (!Checkpoint.exists(directory.checkpoints(), "last")) {
      directory.alignMetrics(0, "");
      return 0;
    }
    try (PointerScope scope = new PointerScope()) {
      Checkpoint checkpoint = Checkpoint.read(directory.checkpoints(), "last");
      trainer.restore(checkpoint.tensors());
      directory.alignMetrics(checkpoint.epochs(), checkpoint.metricsLine());
      bestEpoch = checkpoint.bestEpoch();
      bestScore = bestEpoch == 0 ? Double.NEGATIVE_INFINITY : checkpoint.bestScore();
      return checkpoint.epochs();
    }
  }

  @Override
  public void progress(Pass pass, int epoch, int samples, int total, double loss, double accuracy) {
    events.progress(pass, epoch, samples, total, loss, accuracy);
  }

  @Override
  public void epochFinished(EpochResult result, Map<String, Tensor> state) {
    EpochRecord epoch = EpochRecord.of(result);
    try {
      boolean best = select(result);
      Checkpoint checkpoint =
          new Checkpoint(epoch.epoch(), bestEpoch, bestScore, epoch.line(), state);
      if (best) {
        checkpoint.write(directory.checkpoints(), "best");
      }
      checkpoint.write(directory.checkpoints(), "last");
      directory.appendMetrics(epoch.line());
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException(
              "epoch "
                  + epoch.epoch()
                  + " cannot be recorded: "
                  + WriteFailure.reason(e)
                  + "; the epochs before are kept, go on with: reprise resume "
                  + handle.folder(),
              e));
    }
    events.epoch(result);
  }

  // ties keep the earlier epoch
  private boolean select(EpochResult result) {
    Selection selection = plan.experiment().training().selection();
    OptionalDouble score =
        switch (selection) {
          case LAST ->
              result.epoch() + 1 == handle.epochs()
                  ? OptionalDouble.of(result.testAccuracy().orElse(0))
                  : OptionalDouble.empty();
          case VALIDATION -> result.validationAccuracy();
          case TEST -> result.testAccuracy();
        };
    if (score.isEmpty() || (selection != Selection.LAST && !(score.getAsDouble() > bestScore))) {
      return false;
    }
    bestEpoch = result.epoch() + 1;
    bestScore = score.getAsDouble();
    return true;
  }
}
