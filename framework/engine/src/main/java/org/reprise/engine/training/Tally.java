package org.reprise.engine.training;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.workers.Workers;

/**
 * What the batches of a pass add up to, summed where the batches are: a device that computes ahead
 * of the program is not waited for until somebody wants to know. Sums are in float64, and so those
 * of a CPU and of batches that are read one by one are the same to the last bit.
 */
final class Tally implements AutoCloseable {
  /** The device's sums are read for the display this often at most. */
  private static final long PACE = TimeUnit.MILLISECONDS.toNanos(200);

  private static final double NONE = -1;

  private final boolean eager;

  /**
   * {@code [5]}: losses, right predictions; of the first loss that is not finite step and value; of
   * the first gradients that no scale makes finite the step.
   */
  private final KeptTensor sums = new KeptTensor();

  private long lastRead = System.nanoTime();

  /**
   * Begins with nothing.
   *
   * @param device where the batches are; borrowed
   * @param eager whether to look after every batch, as costs nothing on a CPU
   */
  Tally(Device device, boolean eager) {
    this.eager = eager;
    try (PointerScope scope = new PointerScope()) {
      sums.set(Tensor.create(new double[] {0, 0, NONE, 0, NONE}).to(device, ScalarType.Double));
    }
  }

  /**
   * What was added up.
   *
   * @param loss sum of the samples' losses
   * @param correct samples predicted right
   * @param bad the first that was not finite, if there was one
   */
  record Sums(double loss, long correct, Optional<Bad> bad) {
    static final Sums EMPTY = new Sums(0, 0, Optional.empty());

    /** Returns what all workers have added up, none of whose losses was bad. */
    Sums over(Workers workers) {
      if (workers.size() == 1) {
        return this;
      }
      try (PointerScope scope = new PointerScope()) {
        Tensor both = Tensor.create(new double[] {loss, correct});
        workers.sum(both);
        double[] values = new double[2];
        new DoublePointer(both.data_ptr()).get(values);
        return new Sums(values[0], (long) values[1], Optional.empty());
      }
    }
  }

  /**
   * What is not finite.
   *
   * @param step its number in the pass
   * @param what for the message
   */
  record Bad(int step, String what) {}

  /**
   * Adds a batch.
   *
   * @param loss mean over the batch; detached
   * @param samples of the batch
   * @param correct how many are predicted right: one integer
   */
  void add(Tensor loss, int samples, Tensor correct) {
    try (NoGrad noGrad = new NoGrad()) {
      Tensor all = sums.get();
      all.select(0, 0).add_(loss.to(ScalarType.Double).mul(new Scalar(samples)));
      all.select(0, 1).add_(correct);
    }
  }

  /**
   * Takes note of a loss that is not finite; only the first counts.
   *
   * @param loss detached
   * @param step its number in the pass
   */
  void watch(Tensor loss, int step) {
    try (NoGrad noGrad = new NoGrad()) {
      Tensor first = sums.get().select(0, 2);
      Tensor value = sums.get().select(0, 3);
      // a number less itself is 0, unless it is NaN or infinite
      Tensor isNew = loss.sub(loss).ne(new Scalar(0)).bitwise_and(first.lt(new Scalar(0)));
      value.masked_fill_(isNew, loss.to(ScalarType.Double));
      first.masked_fill_(isNew, new Scalar(step));
    }
  }

  /**
   * Takes note of gradients that no scale makes finite; only the first count.
   *
   * @param hopeless one bool: whether they are such
   * @param step its number in the pass
   */
  void watchGradients(Tensor hopeless, int step) {
    try (NoGrad noGrad = new NoGrad()) {
      Tensor first = sums.get().select(0, 4);
      first.masked_fill_(hopeless.bitwise_and(first.lt(new Scalar(0))), new Scalar(step));
    }
  }

  /** Tells whether every batch is looked at when it has been added. */
  boolean isEager() {
    return eager;
  }

  /** Tells whether it is time to look: reading waits until the device is done with its work. */
  boolean isDue() {
    return eager || System.nanoTime() - lastRead >= PACE;
  }

  /** Reads the sums. */
  Sums read() {
    double[] values = new double[5];
    try (PointerScope scope = new PointerScope()) {
      new DoublePointer(sums.get().cpu().data_ptr()).get(values);
    }
    lastRead = System.nanoTime();
    return new Sums(values[0], (long) values[1], bad(values[2], values[3], values[4]));
  }

  /** A loss comes before the gradients of its step. */
  private static Optional<Bad> bad(double lossAt, double loss, double gradientsAt) {
    if (lossAt != NONE && (gradientsAt == NONE || lossAt <= gradientsAt)) {
      return Optional.of(new Bad((int) lossAt, "the loss is " + loss));
    }
    return gradientsAt == NONE
        ? Optional.empty()
        : Optional.of(new Bad((int) gradientsAt, LossScale.HOPELESS));
  }

  @Override
  public void close() {
    sums.close();
  }
}
