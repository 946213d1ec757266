package org.reprise.engine.training;

import java.util.Optional;
import java.util.function.Supplier;
import org.reprise.api.Capturable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.Execution;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.CudaGraph;
import org.reprise.engine.device.DeviceGraph;
import org.reprise.engine.device.DeviceGraphs;

/**
 * Whether a run's steps are recorded and repeated.
 *
 * @param maker makes empty graphs, where they are
 * @param because a clause without a full stop
 */
public record GraphChoice(Optional<Supplier<DeviceGraph>> maker, String because) {
  /** Steps of an epoch that are repeated, at least; fewer are not worth the recording. */
  static final int WORTHWHILE = 8;

  /**
   * Chooses.
   *
   * @param options how the run is trained
   * @param graphs whether the device can record
   * @param model of the run
   * @param state whose update rules may be asked on the device
   * @param splits of which is trained on
   * @throws InvalidInputException if graphs are insisted on and there can be none
   */
  static GraphChoice of(
      TrainingOptions options,
      DeviceGraphs graphs,
      Model model,
      TrainingState state,
      Trainer.Splits splits) {
    if (options.cudaGraph() == CudaGraph.OFF) {
      return new GraphChoice(Optional.empty(), "asked for");
    }
    Optional<String> whyNot = whyNot(options, graphs, model, state, splits);
    if (whyNot.isEmpty()) {
      boolean asked = options.cudaGraph() == CudaGraph.ON;
      return new GraphChoice(graphs.maker(), asked ? "asked for" : "the step can be recorded");
    }
    if (options.cudaGraph() == CudaGraph.ON) {
      throw refused(whyNot.get());
    }
    return new GraphChoice(Optional.empty(), whyNot.get());
  }

  /**
   * Refuses at once what the device cannot do.
   *
   * @param options how a run is trained
   * @param graphs whether the device can record
   * @throws InvalidInputException if graphs are insisted on and it cannot
   */
  public static void requirePossible(TrainingOptions options, DeviceGraphs graphs) {
    if (options.cudaGraph() == CudaGraph.ON && graphs.maker().isEmpty()) {
      throw refused(graphs.whyNot());
    }
  }

  private static InvalidInputException refused(String whyNot) {
    return new InvalidInputException(
        "training.cuda-graph: on was asked for, but "
            + whyNot
            + "; auto records a step where that can be done");
  }

  private static Optional<String> whyNot(
      TrainingOptions options,
      DeviceGraphs graphs,
      Model model,
      TrainingState state,
      Trainer.Splits splits) {
    if (graphs.maker().isEmpty()) {
      return Optional.of(graphs.whyNot());
    }
    if (!state.isAhead()) {
      return Optional.of("an update rule steps with the program alone (it is no DeviceRule)");
    }
    if (model.execution() != Execution.PLAIN) {
      return Optional.of("a shared border is not recorded");
    }
    if (KeptOutputs.stayTheSame(model, splits.augmentation())) {
      return Optional.of("the network's outputs are kept, and there is little to record");
    }
    int whole = splits.train().size() / options.batchSize();
    if (whole < StepGraph.WARM_UPS + WORTHWHILE) {
      return Optional.of(
          "an epoch has " + whole + " whole batches, too few for a recording to be worth it");
    }
    return model.parts().stream().map(Capturable::whyNot).flatMap(Optional::stream).findFirst();
  }

  /** Tells whether they are. */
  public boolean used() {
    return maker.isPresent();
  }
}
