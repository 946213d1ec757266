package org.reprise.engine.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.Stage;
import org.reprise.engine.device.Autocast;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.Batch;

/**
 * A training step of an experiment, whole, beside the network alone: forward and backward on an
 * input of the same shape. The share of the network's rate is what the step leaves of it.
 */
public final class StepBench {
  private static final int WARM_UPS = 3;

  private final ExperimentPlan plan;
  private final int steps;
  private long last;
  private int epoch;
  private final List<Double> seconds = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param plan whose first mapper is trained
   * @param steps to time, at least 1; of an epoch's last batch, which may be smaller, none is
   */
  public StepBench(ExperimentPlan plan, int steps) {
    this.plan = plan;
    this.steps = steps;
  }

  /**
   * Measures.
   *
   * @throws InvalidInputException if the experiment has too few steps for one to be timed
   */
  public BenchTable run() throws IOException {
    int batch = plan.experiment().training().batchSize();
    try (TrainingRig rig = new TrainingRig(plan, samples -> samples, this::on)) {
      ComputeDevice device = rig.session().device();
      rig.train(0, WARM_UPS);
      seconds.clear();
      for (int round = 0; seconds.size() < steps && round < steps; round++) {
        last = 0;
        rig.train(1, Math.min(steps - seconds.size() + 1, whole(rig, batch)));
        synchronize(device);
      }
      if (seconds.isEmpty()) {
        throw new InvalidInputException(
            String.format(
                Locale.ROOT,
                "bench step times steps that follow one another in the second epoch: at least 2"
                    + " epochs (training.epochs) of 2 batches are expected, found %d of %d",
                plan.experiment().training().epochs(),
                (rig.splits().train().size() + batch - 1) / batch));
      }
      int taken = Math.min(batch, rig.splits().train().size());
      double step = median(seconds);
      double alone = alone(rig, device, taken);
      return new BenchTable(
          "step",
          List.of(
              new BenchTable.Row("training step", figures(step, taken, alone / step)),
              new BenchTable.Row("network alone", figures(alone, taken, 1))));
    }
  }

  /** Steps of an epoch with a whole batch; the first of each begins the timing. */
  private static long whole(TrainingRig rig, int batch) {
    return Math.max(2, rig.splits().train().size() / batch);
  }

  private static Map<String, BenchTable.Figure> figures(double seconds, int images, double share) {
    Map<String, BenchTable.Figure> figures = new LinkedHashMap<>();
    figures.put("ms", BenchTable.Figure.less(1e3 * seconds));
    figures.put("images/s", BenchTable.Figure.more(images / seconds));
    figures.put("share of the network's rate", BenchTable.Figure.more(share));
    return figures;
  }

  private void on(RunEvent event) {
    if (event instanceof RunEvent.Step step && step.stage() == Stage.TRAINING) {
      long now = System.nanoTime();
      if (last != 0 && step.epoch() == epoch) {
        seconds.add((now - last) * 1e-9);
      }
      last = now;
      epoch = step.epoch();
    } else {
      last = 0; // an evaluation, evidence, a checkpoint come between
    }
  }

  private double alone(TrainingRig rig, ComputeDevice device, int batch) {
    try (PointerScope scope = new PointerScope()) {
      Batch images = rig.splits().train().batch(BatchOrder.identity(batch));
      Tensor input = rig.prompt().forward(images.images(), Purpose.TRAINING).whole().detach();
      List<Double> times = new ArrayList<>();
      for (int i = 0; i < WARM_UPS + steps; i++) {
        try (PointerScope step = new PointerScope()) {
          synchronize(device);
          long start = System.nanoTime();
          Tensor leaf = input.detach().set_requires_grad(true);
          Tensor output;
          try (Autocast autocast = new Autocast(device, rig.session().trainingType())) {
            output = rig.session().backbone().forward(leaf);
          }
          output.sum().backward();
          synchronize(device);
          times.add((System.nanoTime() - start) * 1e-9);
        }
      }
      return median(times.subList(WARM_UPS, times.size()));
    }
  }

  private static void synchronize(ComputeDevice device) {
    if (device.isCuda()) {
      cudart.cudaDeviceSynchronize();
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
