package org.reprise.engine.counting;

import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.Layout;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.JointCounts;
import org.reprise.engine.workers.Workers;

/**
 * What all implementations share: the checks of everything that a tensor says about itself, one
 * kind of evidence at a time, and that counts which miss rows cannot be read.
 */
abstract class CheckedJointCounts implements JointCounts {
  /** Probabilities are multiples of 2⁻³⁶. */
  static final double SCALE = 0x1p36;

  private static final int ROW_BITS = 32; // of a row's index in what is noted of it

  private enum Content {
    NOTHING,
    PREDICTIONS,
    SUMS
  }

  final int sourceLabels;
  final int targetLabels;
  final boolean deferred;
  private final String device;
  private final GivenWeights weights;
  private Content content = Content.NOTHING;
  private String failure = "";
  private long samples;
  private long batches;

  /**
   * Keeps what all implementations need.
   *
   * @param sourceLabels KS
   * @param targetLabels KT
   * @param device where logits will arrive
   * @param deferred whether work is only enqueued: what is wrong with it is then told of when the
   *     counts are read
   */
  CheckedJointCounts(int sourceLabels, int targetLabels, Device device, boolean deferred) {
    this.sourceLabels = sourceLabels;
    this.targetLabels = targetLabels;
    this.device = name(device);
    this.deferred = deferred;
    this.weights = new GivenWeights(sourceLabels, targetLabels);
  }

  /**
   * Adds a batch that fits: logits {@code [N,KS]} and labels {@code [N]} of an admissible dtype on
   * this device, N at least 1; k is 0 for predictions. What it makes dies with the caller's scope.
   *
   * @throws NonFiniteLogitsException if a row holds NaN or an infinity
   * @throws IllegalArgumentException if a label is outside [0,KT)
   */
  abstract void count(Tensor logits, Tensor labels, int k);

  /** Returns the sums as they lie in memory. */
  abstract Cells cells();

  /**
   * All sums in one row of memory: that of (s,t) at {@code s · sourceStride + t · targetStride}.
   *
   * @param flat {@code [KS·KT]} int64
   * @param sourceStride from one source label to the next
   * @param targetStride from one target label to the next
   */
  record Cells(Tensor flat, long sourceStride, long targetStride) {}

  /** Returns a copy of the sums, int64 {@code [KS,KT]}, if nothing was left out. */
  abstract Tensor sums();

  /** Sets all sums to 0. */
  abstract void erase();

  @Override
  public final void addArgmax(Tensor logits, Tensor labels) {
    add(Content.PREDICTIONS, logits, labels, 0);
  }

  @Override
  public final void addTopK(Tensor logits, Tensor labels, int k) {
    if (k < 1 || k > sourceLabels) {
      throw new IllegalArgumentException("k must lie in [1, " + sourceLabels + "], found " + k);
    }
    add(Content.SUMS, logits, labels, k);
  }

  private void add(Content wanted, Tensor logits, Tensor labels, int k) {
    requireReady(wanted);
    try (PointerScope scope = new PointerScope()) {
      check(logits, labels);
      addOrFail(wanted, logits.size(0), () -> count(logits, labels, k));
    }
  }

  @Override
  public final void add(Tensor ids, Tensor added, Tensor labels) {
    requireReady(Content.SUMS);
    try (PointerScope scope = new PointerScope()) {
      checkWeights(ids, added, labels);
      addOrFail(
          Content.SUMS,
          ids.size(0),
          () -> {
            weights.add(cells(), ids, added, labels, firstRow());
            if (!deferred) {
              weights.requireClean(this::place);
            }
          });
    }
  }

  private void requireReady(Content wanted) {
    requireComplete();
    if (content != wanted && content != Content.NOTHING) {
      throw new IllegalStateException(
          "these counts hold " + content + "; clear them before adding " + wanted);
    }
  }

  private void addOrFail(Content wanted, long rows, Runnable addition) {
    if (rows > 1L << ROW_BITS) {
      throw new IllegalArgumentException("a batch has at most 2^32 rows, found " + rows);
    }
    content = wanted;
    if (rows == 0) {
      return;
    }
    try {
      addition.run();
    } catch (RuntimeException e) {
      failure = String.valueOf(e.getMessage());
      throw e;
    }
    samples += rows;
    batches++;
  }

  /** Returns whether weights were added, of which a cell may hold more than there were samples. */
  final boolean hasGivenWeights() {
    return weights.wereAdded();
  }

  /** Returns the index by which the first row of this batch is noted: the batch stands above. */
  final long firstRow() {
    return batches << ROW_BITS;
  }

  /** Says which row was noted by an index. */
  final String place(long index) {
    long row = index & ((1L << ROW_BITS) - 1);
    return deferred
        ? "row " + row + " of batch " + ((index >>> ROW_BITS) + 1) + " since the last refit"
        : "row " + row + " of the batch";
  }

  private void requireComplete() {
    if (!failure.isEmpty()) {
      throw new IllegalStateException(
          "these counts miss a batch and must be cleared before they are used again: " + failure);
    }
  }

  private void check(Tensor logits, Tensor labels) {
    requireDefined("logits", logits);
    requireDefined("labels", labels);
    if (logits.dim() != 2 || logits.size(1) != sourceLabels) {
      throw new IllegalArgumentException(
          "logits must be [N," + sourceLabels + "], found " + sizes(logits));
    }
    ScalarType type = logits.scalar_type().intern();
    if (type != ScalarType.Float && type != ScalarType.Half && type != ScalarType.BFloat16) {
      throw new IllegalArgumentException(
          "logits must be float32, float16 or bfloat16, found " + type);
    }
    checkLabels(labels, logits.size(0));
    requirePlace("logits", logits);
    requirePlace("labels", labels);
  }

  private void checkWeights(Tensor ids, Tensor added, Tensor labels) {
    requireDefined("ids", ids);
    requireDefined("weights", added);
    requireDefined("labels", labels);
    if (ids.dim() != 2 || ids.size(1) < 1 || ids.scalar_type().intern() != ScalarType.Long) {
      throw new IllegalArgumentException(
          "ids must be int64 [N,k], k at least 1, found " + ids.scalar_type() + " " + sizes(ids));
    }
    if (added.dim() != 2
        || added.size(0) != ids.size(0)
        || added.size(1) != ids.size(1)
        || added.scalar_type().intern() != ScalarType.Float) {
      throw new IllegalArgumentException(
          "weights must be float32 "
              + sizes(ids)
              + " as the ids, found "
              + added.scalar_type()
              + " "
              + sizes(added));
    }
    checkLabels(labels, ids.size(0));
    requirePlace("ids", ids);
    requirePlace("weights", added);
    requirePlace("labels", labels);
  }

  private static void checkLabels(Tensor labels, long rows) {
    if (labels.dim() != 1
        || labels.size(0) != rows
        || labels.scalar_type().intern() != ScalarType.Long) {
      throw new IllegalArgumentException(
          "labels must be int64 ["
              + rows
              + "], found "
              + labels.scalar_type()
              + " "
              + sizes(labels));
    }
  }

  private static void requireDefined(String what, Tensor tensor) {
    if (!tensor.defined()) {
      throw new IllegalArgumentException(what + " are an undefined tensor");
    }
  }

  private void requirePlace(String what, Tensor tensor) {
    String found = name(tensor.device());
    if (!found.equals(device) || tensor.layout().intern() != Layout.Strided) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be a strided tensor on %s, found a %s one on %s",
              what,
              device,
              tensor.layout(),
              found));
    }
  }

  private static String name(Device device) {
    try (BytePointer name = device.str()) {
      return name.getString();
    }
  }

  private static String sizes(Tensor tensor) {
    return Arrays.toString(tensor.sizes().vec().get());
  }

  @Override
  public final Tensor counts() {
    return total(Workers.ALONE);
  }

  /**
   * Returns J as counted by all workers; all of them ask.
   *
   * @param workers who
   * @return as {@link #counts}
   */
  final Tensor total(Workers workers) {
    requireComplete();
    if (deferred) {
      try (PointerScope scope = new PointerScope()) {
        weights.requireClean(this::place);
      }
    }
    if (!holdSums(workers)) {
      Tensor predictions = sums();
      workers.sum(predictions);
      return predictions;
    }
    try (KeptTensor real = new KeptTensor()) {
      // the integer copy is freed at once: it may be 100 MB
      try (PointerScope scope = new PointerScope()) {
        Tensor exact = workers.size() == 1 ? sums() : total(sums(), workers);
        real.set(exact.to(ScalarType.Double).mul_(new Scalar(1 / SCALE)));
      }
      return real.get().detach();
    }
  }

  /** A worker that had no batch has neither kind: another one knows. */
  private boolean holdSums(Workers workers) {
    boolean sums = content == Content.SUMS;
    return workers.size() == 1 ? sums : workers.any(sums);
  }

  /** Adds in two halves: several cells that are full make more than 63 bits hold. */
  private static Tensor total(Tensor own, Workers workers) {
    Scalar half = new Scalar(32);
    Scalar mask = new Scalar(0xFFFF_FFFFL);
    Tensor low = own.bitwise_and(mask);
    Tensor high = own.__rshift__(half);
    workers.sum(low);
    workers.sum(high);
    high = high.add(low.__rshift__(half));
    if (high.ge(new Scalar(1L << 31)).any().item_bool()) {
      throw new IllegalStateException(Words.OVERFLOW);
    }
    return high.__lshift__(half).add(low.bitwise_and(mask));
  }

  @Override
  public final long samples() {
    return samples;
  }

  @Override
  public final void clear() {
    try (PointerScope scope = new PointerScope()) {
      erase();
    }
    weights.forget();
    content = Content.NOTHING;
    failure = "";
    samples = 0;
    batches = 0;
  }

  @Override
  public void close() {
    weights.forget();
  }
}
