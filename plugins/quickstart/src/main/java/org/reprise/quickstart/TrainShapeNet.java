package org.reprise.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.data.Split;
import org.reprise.networks.Operation;
import org.reprise.safetensors.Safetensors;

/**
 * Trains {@link ShapeNet} on the source data and writes its weights. Every step sees new samples;
 * Adam, with a learning rate that rises for a twentieth of the steps and then falls along a cosine.
 * One seed and one thread count give one result.
 */
public final class TrainShapeNet {
  private static final int BATCH = 64;
  private static final int THREADS = 2;
  private static final double PEAK_RATE = 3e-3;
  private static final int REPORT_STEPS = 100;

  /** The data seed of the test samples; training draws with the seed of the command. */
  private static final long TEST_SEED = 1;

  private static final int TEST_SAMPLES = 6400;

  private final List<NormalizedConvolution> layers = new ArrayList<>();
  private final Tensor head;
  private final SourceScenes source = new SourceScenes();

  private TrainShapeNet(long seed) {
    torch.manual_seed(seed);
    for (Operation operation : ShapeNetLayers.LIST.operations()) {
      if (operation instanceof Operation.Convolution convolution) {
        layers.add(NormalizedConvolution.random(convolution));
      }
    }
    head =
        torch
            .randn(ShapeNetLayers.FEATURES, SourceScenes.LABELS)
            .mul_(new Scalar(Math.sqrt(1.0 / ShapeNetLayers.FEATURES)))
            .set_requires_grad(true);
  }

  /**
   * Runs the command.
   *
   * @param arguments the file to write, the seed, and the number of steps
   * @throws IOException if the file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: TrainShapeNet FILE.safetensors SEED STEPS");
      System.exit(2);
    }
    Path file = Path.of(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    int steps = Integer.parseInt(arguments[2]);
    torch.set_num_threads(THREADS);
    try (PointerScope run = new PointerScope()) {
      Instant start = Instant.now();
      TrainShapeNet training = new TrainShapeNet(seed);
      training.train(seed, steps);
      Map<String, Tensor> tensors = training.folded();
      double accuracy = accuracy(new ShapeNetWeights(tensors), TEST_SEED, Split.TEST, TEST_SAMPLES);
      System.out.printf(
          Locale.ROOT,
          "source test accuracy %.4f on %d fresh samples (data-seed %d), %d s%n",
          accuracy,
          TEST_SAMPLES,
          TEST_SEED,
          Duration.between(start, Instant.now()).toSeconds());
      Map<String, String> metadata = new LinkedHashMap<>();
      metadata.put("format", "shapenet 1: batch normalisation folded, head [D,KS] without bias");
      metadata.put("command", "scripts/train-quickstart.sh " + seed + " " + steps);
      metadata.put("seed", Long.toString(seed));
      metadata.put("steps", Integer.toString(steps));
      metadata.put("batch-size", Integer.toString(BATCH));
      metadata.put("threads", Integer.toString(THREADS));
      metadata.put("source-test-accuracy", String.format(Locale.ROOT, "%.4f", accuracy));
      Path parent = file.toAbsolutePath().getParent();
      Files.createDirectories(parent);
      new Safetensors(tensors, metadata).write(file);
    }
  }

  private void train(long seed, int steps) {
    TensorVector parameters = new TensorVector();
    layers.forEach(layer -> layer.parameters().forEach(parameters::push_back));
    parameters.push_back(head);
    Adam optimizer = new Adam(parameters, new AdamOptions(PEAK_RATE));
    double lossSum = 0;
    for (int step = 0; step < steps; step++) {
      try (PointerScope scope = new PointerScope()) {
        optimizer.param_groups().get(0).options().set_lr(rate(step, steps));
        optimizer.zero_grad();
        Batch batch =
            Batch.draw(
                source, seed, RenderedDataset.stream(Split.TRAIN), (long) step * BATCH, BATCH);
        Tensor logits = features(batch.images()).matmul(head);
        Tensor loss = torch.cross_entropy_loss(logits, batch.labels());
        loss.backward();
        optimizer.step();
        lossSum += loss.item_double();
      }
      if ((step + 1) % REPORT_STEPS == 0) {
        System.out.printf(
            Locale.ROOT, "step %d/%d, loss %.4f%n", step + 1, steps, lossSum / REPORT_STEPS);
        lossSum = 0;
      }
    }
  }

  private Tensor features(Tensor images) {
    Tensor at = images;
    Iterator<NormalizedConvolution> next = layers.iterator();
    for (Operation operation : ShapeNetLayers.LIST.operations()) {
      if (operation instanceof Operation.Convolution) {
        at = next.next().train(at);
      } else if (operation instanceof Operation.MaxPool pool) {
        at = torch.max_pool2d(at, pool.kernel(), pool.stride());
      } else {
        at = at.mean(2, 3);
      }
    }
    return at;
  }

  private static double rate(int step, int steps) {
    double warmUp = Math.max(1, steps / 20.0);
    if (step < warmUp) {
      return PEAK_RATE * (step + 1) / (warmUp + 1);
    }
    double progress = (step - warmUp) / Math.max(1, steps - warmUp);
    return PEAK_RATE * 0.5 * (1 + StrictMath.cos(StrictMath.PI * progress));
  }

  private Map<String, Tensor> folded() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    layers.forEach(layer -> layer.fold(tensors));
    tensors.put(ShapeNetLayers.HEAD, head.detach());
    return tensors;
  }

  /**
   * Measures the frozen network on source samples.
   *
   * @param weights what to measure
   * @param dataSeed selects the draw
   * @param split which part of it
   * @param samples how many, a multiple of {@value #BATCH}
   * @return share of the samples whose largest logit is the true label's
   */
  static double accuracy(ShapeNetWeights weights, long dataSeed, Split split, int samples) {
    SourceScenes source = new SourceScenes();
    long correct = 0;
    try (PointerScope outer = new PointerScope();
        ShapeNet network = new ShapeNet(weights, new Device("cpu"))) {
      for (int first = 0; first < samples; first += BATCH) {
        try (PointerScope scope = new PointerScope()) {
          Batch batch = Batch.draw(source, dataSeed, RenderedDataset.stream(split), first, BATCH);
          Tensor predicted =
              torch.argmax(network.forward(batch.images()), new LongOptional(1), false);
          correct += predicted.eq(batch.labels()).sum().item_long();
        }
      }
    }
    return (double) correct / samples;
  }
}
