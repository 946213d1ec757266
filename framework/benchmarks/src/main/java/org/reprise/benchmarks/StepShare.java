package org.reprise.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.RunEvent;
import org.reprise.engine.config.Names;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.training.Phase;

/**
 * What of a training step is not the network. Arguments: shapenet or mobilenetv2, steps of an
 * epoch, epochs, label mapper.
 *
 * <p>Prints the medians over epochs of each phase a step, and, from turns of one step and one
 * forward and backward of the network alone on input of the same shape and layout, the medians of
 * both.
 */
public final class StepShare {
  private StepShare() {}

  /** Measures and prints. */
  public static void main(String[] args) throws IOException {
    Network network = Network.valueOf(args[0].toUpperCase(Locale.ROOT));
    int steps = Integer.parseInt(args[1]);
    int epochs = Integer.parseInt(args[2]);
    Optional<String> missing = network.missing();
    if (missing.isPresent()) {
      System.out.println("skipped: " + missing.get());
      return;
    }
    List<RunEvent.Epoch> results = new ArrayList<>();
    String yaml = network.experiment("fp32", args[3], steps, epochs);
    try (StepRig rig = new StepRig(yaml, false, results::add)) {
      System.out.println(torch.get_num_threads() + " threads");
      rig.train();
      phases(results.subList(1, results.size()), steps);
      turns(rig, network, steps * (epochs - 1));
    }
  }

  private static void phases(List<RunEvent.Epoch> results, int steps) {
    double total = 0;
    double network = 0;
    for (Phase phase : Phase.values()) {
      double seconds =
          median(results, result -> result.phaseSeconds().get(Names.of(phase))) / steps;
      double[] sorted =
          results.stream()
              .mapToDouble(r -> r.phaseSeconds().get(Names.of(phase)) / steps)
              .sorted()
              .toArray();
      System.out.printf(
          Locale.ROOT,
          "%-10s %10.0f us a step (10 %% of the epochs below %.0f)%n",
          phase,
          seconds * 1e6,
          sorted[sorted.length / 10] * 1e6);
      if (phase != Phase.EVALUATION) {
        total += seconds;
      }
      if (phase == Phase.FORWARD || phase == Phase.BACKWARD) {
        network += seconds;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "all but forward and backward: %.0f us, %.2f %% of the phases' sum of %.0f us%n",
        (total - network) * 1e6,
        100 * (total - network) / total,
        total * 1e6);
  }

  private static void turns(StepRig rig, Network network, int rounds) {
    int[] indices = BatchOrder.identity(network.batchSize());
    List<Double> whole = new ArrayList<>();
    List<Double> alone = new ArrayList<>();
    List<Double> difference = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      Tensor images = rig.samples().batch(indices).images();
      Tensor input = rig.prompt().forward(images, Purpose.TRAINING).whole().detach();
      for (int i = 0; i < rounds; i++) {
        long start = System.nanoTime();
        rig.step();
        long between = System.nanoTime();
        forwardAndBackward(rig.session().backbone(), input);
        long end = System.nanoTime();
        whole.add((between - start) * 1e-3);
        alone.add((end - between) * 1e-3);
        difference.add((2 * between - start - end) * 1e-3);
      }
    }
    double step = median(whole, Double::doubleValue);
    double net = median(alone, Double::doubleValue);
    System.out.printf(
        Locale.ROOT,
        "turns (%d): step %.0f us, network alone %.0f us; difference of the medians %.0f us ="
            + " %.2f %%, median of the differences %.0f us%n",
        rounds,
        step,
        net,
        step - net,
        100 * (step - net) / step,
        median(difference, Double::doubleValue));
  }

  private static void forwardAndBackward(Backbone backbone, Tensor input) {
    try (PointerScope scope = new PointerScope()) {
      Tensor leaf = input.detach().set_requires_grad(true);
      backbone.forward(leaf).sum().backward();
    }
  }

  private static <T> double median(List<T> values, ToDoubleFunction<T> number) {
    double[] sorted = values.stream().mapToDouble(number).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
