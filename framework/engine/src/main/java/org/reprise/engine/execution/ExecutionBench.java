package org.reprise.engine.execution;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Pass;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.Execution;
import org.reprise.engine.device.Autocast;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.NoGrad;

/**
 * A network with a frame that is learned, in both ways of executing it: steps of training (frame,
 * forward, cross entropy, backward to the frame) and batches of a pass in which the frame is fixed.
 * Images are made up and lie in the middle of the frame. To be used and closed on one thread.
 */
public final class ExecutionBench implements AutoCloseable {
  private final ComputeDevice device;
  private final Backbone backbone;
  private final Framing framing;
  private final ScalarType type;
  private final KeptTensor program;
  private final KeptTensor mean;
  private final KeptTensor deviation;
  private final KeptTensor windows;
  private final KeptTensor labels;

  /**
   * What a pass took in both ways, in turns.
   *
   * @param plainSeconds median of a batch
   * @param sharedSeconds likewise, with a shared border
   * @param ratio of the medians: how many times as fast the shared border is
   * @param lowRatio lower quartile over the turns
   * @param highRatio upper quartile
   * @param rounds turns
   */
  public record Turns(
      double plainSeconds,
      double sharedSeconds,
      double ratio,
      double lowRatio,
      double highRatio,
      int rounds) {

    static Turns of(double[] plain, double[] shared) {
      double[] ratios = new double[plain.length];
      Arrays.setAll(ratios, i -> plain[i] / shared[i]);
      double plainMedian = quantile(plain, 0.5);
      double sharedMedian = quantile(shared, 0.5);
      return new Turns(
          plainMedian,
          sharedMedian,
          plainMedian / sharedMedian,
          quantile(ratios, 0.25),
          quantile(ratios, 0.75),
          plain.length);
    }

    private static double quantile(double[] values, double share) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      double place = share * (sorted.length - 1);
      int below = (int) place;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
  }

  /**
   * Prepares a measurement.
   *
   * @param backbone the network; borrowed
   * @param device where it lies
   * @param framing of a batch, in the network's input size
   * @param type of the network in training
   */
  public ExecutionBench(Backbone backbone, ComputeDevice device, Framing framing, ScalarType type) {
    this.backbone = backbone;
    this.device = device;
    this.framing = framing;
    this.type = type;
    int height = framing.frame().height();
    int width = framing.frame().width();
    try (PointerScope scope = new PointerScope()) {
      // no generator is touched: a run may ask in its midst which execution is faster
      program = on(ramp(3L * height * width).reshape(1, 3, height, width));
      program.get().set_requires_grad(true);
      mean = on(channels(backbone.normalization().mean()));
      deviation = on(channels(backbone.normalization().std()));
      long[] shape = {framing.samples(), 3, framing.window().height(), framing.window().width()};
      Tensor images =
          ramp(shape[0] * shape[1] * shape[2] * shape[3])
              .reshape(shape)
              .to(device.torchDevice(), ScalarType.Float);
      windows =
          new KeptTensor(
              images.sub(mean.get()).div(deviation.get()).contiguous(MemoryFormat.ChannelsLast));
      labels =
          new KeptTensor(
              torch
                  .arange(new Scalar((long) framing.samples()))
                  .remainder(new Scalar((long) backbone.sourceLabels()))
                  .to(device.torchDevice(), ScalarType.Long));
    }
  }

  // pixels of all values in [0,1), in an order that no kernel can profit from
  private static Tensor ramp(long count) {
    return torch
        .arange(new Scalar(count))
        .mul(new Scalar(7919L))
        .remainder(new Scalar(1009L))
        .div(new Scalar(1009.0));
  }

  private KeptTensor on(Tensor tensor) {
    return new KeptTensor(tensor.to(device.torchDevice(), ScalarType.Float));
  }

  private static Tensor channels(List<Double> values) {
    Tensor tensor = torch.zeros(1, 3, 1, 1);
    for (int channel = 0; channel < values.size(); channel++) {
      tensor.narrow(1, channel, 1).fill_(new Scalar(values.get(channel)));
    }
    return tensor;
  }

  /** Returns what the network says it saves. */
  public BorderSaving saving() {
    return backbone.borderSaving(framing);
  }

  /**
   * Times steps of training, after one step of each kind to warm up.
   *
   * @param rounds turns, at least 1
   */
  public Turns training(int rounds) {
    try (Pass plain = pass(false);
        Pass shared = pass(false)) {
      return turns(
          () -> step(plain, Execution.PLAIN), () -> step(shared, Execution.SHARED_BORDER), rounds);
    }
  }

  /**
   * Times batches of a pass with a fixed frame, in float32 as evaluations are, after one batch of
   * each kind: what is made once a pass is not counted.
   *
   * @param rounds turns, at least 1
   */
  public Turns evaluation(int rounds) {
    try (Pass plain = pass(true);
        Pass shared = pass(true)) {
      return turns(
          () -> evaluate(plain, Execution.PLAIN),
          () -> evaluate(shared, Execution.SHARED_BORDER),
          rounds);
    }
  }

  /**
   * Takes steps of training in one way only, for their memory.
   *
   * @param execution which way
   * @param steps how many
   */
  public void train(Execution execution, int steps) {
    try (Pass pass = pass(false)) {
      for (int i = 0; i < steps; i++) {
        step(pass, execution);
      }
    }
  }

  private static Turns turns(Runnable plain, Runnable shared, int rounds) {
    double[] ofPlain = new double[rounds];
    double[] ofShared = new double[rounds];
    plain.run();
    shared.run();
    for (int round = 0; round < rounds; round++) {
      ofPlain[round] = seconds(plain);
      ofShared[round] = seconds(shared);
    }
    return Turns.of(ofPlain, ofShared);
  }

  private static double seconds(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) * 1e-9;
  }

  // what runs do: a network that ends in a product is asked for its features
  private Pass pass(boolean frameFixed) {
    return backbone instanceof Head head ? head.featurePass(frameFixed) : backbone.pass(frameFixed);
  }

  private Tensor logits(Pass pass, Execution execution) {
    Tensor frame = torch.sigmoid(program.get()).sub(mean.get()).div(deviation.get());
    NetworkInput.Framed framed =
        new NetworkInput.Framed(frame, windows.get(), framing.top(), framing.left());
    return pass.run(execution == Execution.PLAIN ? new NetworkInput.Whole(framed.whole()) : framed);
  }

  private Tensor source(Tensor output) {
    Tensor values = output.to(ScalarType.Float);
    if (!(backbone instanceof Head head)) {
      return values;
    }
    Tensor product = values.matmul(head.weight());
    return head.bias().map(product::add).orElse(product);
  }

  private void step(Pass pass, Execution execution) {
    try (PointerScope scope = new PointerScope()) {
      program.get().mutable_grad().reset();
      Tensor output;
      try (Autocast autocast = new Autocast(device, type)) {
        output = logits(pass, execution);
      }
      torch.cross_entropy_loss(source(output), labels.get()).backward();
      await(program.get().grad());
    }
  }

  private void evaluate(Pass pass, Execution execution) {
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      await(source(logits(pass, execution)));
    }
  }

  // reading a number waits for a GPU
  private static void await(Tensor result) {
    double value = result.flatten().narrow(0, 0, 1).sum().item_double();
    if (!Double.isFinite(value)) {
      throw new IllegalStateException("the network gave " + value);
    }
  }

  @Override
  public void close() {
    Closing.all(program, mean, deviation, windows, labels);
  }
}
