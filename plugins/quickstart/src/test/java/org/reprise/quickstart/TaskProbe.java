package org.reprise.quickstart;

import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.testkit.TensorAssertions;

/**
 * Trains a padding prompt with a counted mapping, roughly as the framework does but on its own, to
 * see whether the downstream task can be learned. The experiment's settings follow from the time
 * they take and were checked with it, on the validation split of another draw than the
 * experiment's; no test split was looked at.
 */
final class TaskProbe {
  /** The draw that settings are checked on; the experiment has data-seed 1. */
  static final long DATA_SEED = 77;

  private static final int SIDE = 24;
  private static final int PAD = (ShapeNetLayers.INPUT_SIDE - SIDE) / 2;
  private static final int KS = SourceScenes.LABELS;
  private static final int KT = Family.values().length;

  private TaskProbe() {}

  /**
   * Prints validation accuracies.
   *
   * @param arguments training samples, epochs, batch size, learning rate
   */
  public static void main(String[] arguments) {
    int train = Integer.parseInt(arguments[0]);
    int epochs = Integer.parseInt(arguments[1]);
    int batch = Integer.parseInt(arguments[2]);
    double rate = Double.parseDouble(arguments[3]);
    for (boolean manyToOne : new boolean[] {false, true}) {
      run(train, 800, epochs, batch, rate, manyToOne);
    }
  }

  /**
   * Trains and validates.
   *
   * @return validation accuracy after the last epoch
   */
  static double run(
      int trainSize, int validationSize, int epochs, int batch, double rate, boolean manyToOne) {
    RenderedDataset data =
        new RenderedDataset(
            "shapes",
            new TaskScenes(),
            trainSize,
            validationSize,
            1,
            DATA_SEED,
            ImageSize.square(SIDE));
    try (PointerScope scope = new PointerScope();
        ShapeNet network = new ShapeNet(ShapeNetWeights.bundled(), new Device("cpu"))) {
      Tensor images = images(data, Split.TRAIN);
      Tensor labels = labels(data, Split.TRAIN);
      Tensor validation = images(data, Split.VALIDATION);
      Tensor truth = labels(data, Split.VALIDATION);
      Tensor program = torch.zeros(3, ShapeNetLayers.INPUT_SIDE, ShapeNetLayers.INPUT_SIDE);
      program.set_requires_grad(true);
      Adam optimizer = new Adam(new TensorVector(program), new AdamOptions(rate));
      double[][] counts = new double[KS][KT];
      try (PointerScope pass = new PointerScope();
          NoGradGuard noGradient = new NoGradGuard()) {
        count(counts, network.forward(prompt(images, program)), labels);
      }
      Tensor omega = mapping(counts, manyToOne);
      double accuracy = 0;
      for (int epoch = 0; epoch < epochs; epoch++) {
        long start = System.nanoTime();
        counts = new double[KS][KT];
        torch.manual_seed(epoch);
        Tensor order = torch.randperm(trainSize);
        for (int first = 0; first < trainSize; first += batch) {
          try (PointerScope step = new PointerScope()) {
            Tensor chosen = order.narrow(0, first, Math.min(batch, trainSize - first));
            Tensor y = labels.index_select(0, chosen);
            Tensor logits = network.forward(prompt(images.index_select(0, chosen), program));
            count(counts, logits.detach(), y);
            optimizer.zero_grad();
            torch.cross_entropy_loss(logits.matmul(omega), y).backward();
            optimizer.step();
          }
        }
        try (PointerScope pass = new PointerScope();
            NoGradGuard noGradient = new NoGradGuard()) {
          Tensor logits = network.forward(prompt(validation, program)).matmul(omega);
          accuracy =
              torch
                  .argmax(logits, new LongOptional(1), false)
                  .eq(truth)
                  .to(ScalarType.Double)
                  .mean()
                  .item_double();
        }
        System.out.printf(
            Locale.ROOT,
            "%s, epoch %d: validation accuracy %.4f, %d ms%n",
            manyToOne ? "many to one" : "one to one",
            epoch + 1,
            accuracy,
            (System.nanoTime() - start) / 1_000_000);
        omega = mapping(counts, manyToOne);
      }
      return accuracy;
    }
  }

  private static Tensor prompt(Tensor images, Tensor program) {
    Tensor inside = torch.zeros(1, 1, ShapeNetLayers.INPUT_SIDE, ShapeNetLayers.INPUT_SIDE);
    inside.narrow(2, PAD, SIDE).narrow(3, PAD, SIDE).fill_(new Scalar(1.0));
    Tensor canvas = torch.constant_pad_nd(images, PAD, PAD, PAD, PAD);
    Tensor frame = torch.sigmoid(program).mul(inside.neg().add_(new Scalar(1.0)));
    return canvas.add(frame).sub(new Scalar(0.5)).div(new Scalar(0.25));
  }

  private static void count(double[][] counts, Tensor logits, Tensor labels) {
    double[] predicted = TensorAssertions.doubles(torch.argmax(logits, new LongOptional(1), false));
    double[] truth = TensorAssertions.doubles(labels);
    for (int i = 0; i < truth.length; i++) {
      counts[(int) predicted[i]][(int) truth[i]]++;
    }
  }

  /** As {@code blm} with a laplace of 1, or as {@code ilm}. */
  private static Tensor mapping(double[][] counts, boolean manyToOne) {
    float[] omega = new float[KS * KT];
    if (manyToOne) {
      double[] columns = new double[KT];
      double[][] share = new double[KS][KT];
      for (int s = 0; s < KS; s++) {
        double row = 1;
        for (int t = 0; t < KT; t++) {
          row += counts[s][t];
        }
        for (int t = 0; t < KT; t++) {
          share[s][t] = counts[s][t] / row;
          columns[t] += share[s][t];
        }
      }
      for (int i = 0; i < omega.length; i++) {
        omega[i] = (float) (columns[i % KT] > 0 ? share[i / KT][i % KT] / columns[i % KT] : 0);
      }
    } else {
      boolean[] sourceTaken = new boolean[KS];
      boolean[] targetTaken = new boolean[KT];
      for (int round = 0; round < KT; round++) {
        int best = -1;
        for (int i = 0; i < omega.length; i++) {
          if (!sourceTaken[i / KT]
              && !targetTaken[i % KT]
              && (best < 0 || counts[i / KT][i % KT] > counts[best / KT][best % KT])) {
            best = i;
          }
        }
        sourceTaken[best / KT] = true;
        targetTaken[best % KT] = true;
        omega[best] = 1;
      }
    }
    return torch.tensor(omega, new TensorOptions(ScalarType.Float)).view(KS, KT);
  }

  private static Tensor images(RenderedDataset data, Split split) {
    int n = data.size(split);
    int bytes = 3 * SIDE * SIDE;
    byte[] pixels = new byte[n * bytes];
    for (int i = 0; i < n; i++) {
      System.arraycopy(data.read(split, i).rgb(), 0, pixels, i * bytes, bytes);
    }
    return torch
        .tensor(pixels, new TensorOptions(ScalarType.Byte))
        .view(n, SIDE, SIDE, 3)
        .permute(0, 3, 1, 2)
        .to(ScalarType.Float)
        .div(new Scalar(255.0));
  }

  private static Tensor labels(RenderedDataset data, Split split) {
    long[] labels = new long[data.size(split)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.read(split, i).label();
    }
    return torch.tensor(labels, new TensorOptions(ScalarType.Long));
  }
}
