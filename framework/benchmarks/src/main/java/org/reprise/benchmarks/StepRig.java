package org.reprise.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.Stage;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.session.Session;
import org.reprise.engine.store.Samples;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.training.Trainer;

/**
 * A trainer as a run makes it, with the plugins of the installation that {@code reprise.home}
 * names, which can be stopped after any step. Used and closed on one thread.
 */
final class StepRig implements AutoCloseable {
  private final PluginHost host;
  private final Session session;
  private final InputPrompt prompt;
  private final LabelMapper mapper;
  private final Samples train;
  private final Trainer trainer;
  private long steps;
  private long stopAt = Long.MAX_VALUE;

  /**
   * Opens everything.
   *
   * @param yaml an experiment with one mapper
   * @param contiguous whether images arrive contiguous rather than channels-last
   * @param epochs hears what each epoch measured
   */
  StepRig(String yaml, boolean contiguous, Consumer<RunEvent.Epoch> epochs) throws IOException {
    host = loadPlugins();
    ExperimentPlan plan = ExperimentPlan.bind(read(yaml), host);
    session = Session.open(plan, event -> {});
    prompt = session.newPrompt();
    mapper = session.newMapper(plan.mappers().get(0));
    Trainer.Splits splits = session.splits(prompt, event -> {}, () -> false);
    train = contiguous ? new ContiguousSamples(splits.train()) : splits.train();
    trainer =
        new Trainer(
            session.model(prompt, mapper),
            new Trainer.Splits(train, splits.augmentation(), Optional.empty(), splits.test()),
            plan.experiment().training(),
            session.setting(),
            new Counter(epochs),
            () -> steps >= stopAt);
  }

  static PluginHost loadPlugins() {
    return PluginHost.load(List.of(Path.of(System.getProperty("reprise.home"), "plugins")));
  }

  static Experiment read(String yaml) throws IOException {
    Path file = Files.createTempFile("reprise-benchmark", ".yaml");
    try {
      Files.writeString(file, yaml);
      return Experiment.read(file, List.of());
    } finally {
      Files.delete(file);
    }
  }

  /** Trains all epochs. */
  void train() {
    trainer.train(0);
  }

  /** Gathers the first evidence, where the mapper wants some, and takes one step. */
  void firstStep() {
    takeStep(0);
  }

  /** Takes one more step, the first of epoch 2. */
  void step() {
    takeStep(1);
  }

  // evidence passes ask the stop too, but before the step is counted
  private void takeStep(int epoch) {
    stopAt = steps + 1;
    try {
      trainer.train(epoch);
      throw new IllegalStateException("the trainer did not stop");
    } catch (RunStoppedException e) {
      stopAt = Long.MAX_VALUE;
    }
  }

  Session session() {
    return session;
  }

  InputPrompt prompt() {
    return prompt;
  }

  Samples samples() {
    return train;
  }

  @Override
  public void close() {
    trainer.close();
    mapper.close();
    prompt.close();
    session.close();
    host.close();
  }

  private final class Counter implements RunListener {
    private final Consumer<RunEvent.Epoch> epochs;

    Counter(Consumer<RunEvent.Epoch> epochs) {
      this.epochs = epochs;
    }

    @Override
    public void on(RunEvent event) {
      if (event instanceof RunEvent.Step step && step.stage() == Stage.TRAINING) {
        steps++;
      } else if (event instanceof RunEvent.Epoch epoch) {
        epochs.accept(epoch);
      }
    }
  }
}
