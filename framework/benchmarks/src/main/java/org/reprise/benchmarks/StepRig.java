package org.reprise.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.run.RunEvent;
import org.reprise.engine.bench.TrainingRig;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.session.Session;
import org.reprise.engine.store.Samples;

/** A {@link TrainingRig} with the plugins of the installation that {@code reprise.home} names. */
final class StepRig implements AutoCloseable {
  private final PluginHost host;
  private final TrainingRig rig;

  /**
   * Opens everything.
   *
   * @param yaml an experiment with one mapper
   * @param contiguous whether images arrive contiguous rather than channels-last
   * @param epochs hears what each epoch measured
   */
  StepRig(String yaml, boolean contiguous, Consumer<RunEvent.Epoch> epochs) throws IOException {
    host = loadPlugins();
    rig =
        new TrainingRig(
            ExperimentPlan.bind(read(yaml), host),
            train -> contiguous ? new ContiguousSamples(train) : train,
            event -> {
              if (event instanceof RunEvent.Epoch epoch) {
                epochs.accept(epoch);
              }
            });
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
    rig.train();
  }

  /** Gathers the first evidence, where the mapper wants some, and takes one step. */
  void firstStep() {
    rig.train(0, 1);
  }

  /** Takes one more step, the first of epoch 2. */
  void step() {
    rig.train(1, 1);
  }

  Session session() {
    return rig.session();
  }

  InputPrompt prompt() {
    return rig.prompt();
  }

  Samples samples() {
    return rig.splits().train();
  }

  @Override
  public void close() {
    rig.close();
    host.close();
  }
}
