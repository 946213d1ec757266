package org.reprise.engine.training;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.TrainingOptions.CudaGraph;
import org.reprise.engine.store.Batch;

/**
 * When the steps of a run are recorded: in each epoch after a few that are taken one by one. Where
 * the device refuses, the run goes on without.
 */
final class StepGraphs implements AutoCloseable {
  private final GraphChoice choice;
  private final boolean insists;
  private final int batchSize;
  private final Consumer<String> note;

  private boolean refused;
  private boolean warm;
  private int before = StepGraph.WARM_UPS;
  private Optional<StepGraph> graph = Optional.empty();

  /**
   * Prepares.
   *
   * @param choice whether steps are recorded
   * @param wish what was asked for
   * @param batchSize samples of a whole batch
   * @param note is told once where the device refuses
   */
  StepGraphs(GraphChoice choice, CudaGraph wish, int batchSize, Consumer<String> note) {
    this.choice = choice;
    this.insists = wish == CudaGraph.ON;
    this.batchSize = batchSize;
    this.note = note;
  }

  /** Begins an epoch. */
  void begin() {
    end();
    before = warm ? 1 : StepGraph.WARM_UPS;
  }

  /**
   * Returns the recorded step that a batch can be given to.
   *
   * @param batch of the step
   * @param shard the part of the step's batch that it is
   * @return empty where it is to be taken by itself
   */
  Optional<StepGraph> forBatch(Batch batch, Shard shard) {
    return graph.filter(ready -> ready.takes(batch, shard));
  }

  /**
   * Is told of a step that was taken by itself, and records the next where it is time.
   *
   * @param batch of the step
   * @param shard the part of the step's batch that it is
   * @param output what the network returned for it
   * @param parameters that are trained
   * @param recorder records a step into the object it is given
   */
  void taken(
      Batch batch,
      Shard shard,
      Tensor output,
      List<Tensor> parameters,
      Consumer<StepGraph> recorder) {
    if (!choice.used()
        || refused
        || graph.isPresent()
        || shard.whole() != batchSize
        || --before > 0) {
      return;
    }
    warm = true;
    StepGraph made = new StepGraph(choice.maker().orElseThrow(), batch, shard, output, parameters);
    try {
      recorder.accept(made);
      graph = Optional.of(made);
    } catch (RuntimeException e) {
      Closing.after(e, made);
      refuse(e);
    }
  }

  private void refuse(RuntimeException e) {
    refused = true;
    String words = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    String why = "training.cuda-graph: a step cannot be recorded: " + words;
    if (insists) {
      throw new IllegalStateException(why + "; auto goes on without", e);
    }
    note.accept(why + "; steps are taken one by one");
  }

  /** Ends an epoch: what was recorded is forgotten. */
  void end() {
    graph.ifPresent(StepGraph::close);
    graph = Optional.empty();
  }

  @Override
  public void close() {
    end();
  }
}
