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

/**
 * What all implementations share: the checks of everything that a tensor says about itself, one
 * kind of evidence at a time, and that counts which miss rows cannot be read.
 */
abstract class CheckedJointCounts implements JointCounts {
  /** Probabilities are multiples of 2⁻³⁶. */
  static final double SCALE = 0x1p36;

  private enum Content {
    NOTHING,
    PREDICTIONS,
    PROBABILITIES
  }

  final int sourceLabels;
  final int targetLabels;
  private final String device;
  private Content content = Content.NOTHING;
  private String failure = "";
  private long samples;

  CheckedJointCounts(int sourceLabels, int targetLabels, Device device) {
    this.sourceLabels = sourceLabels;
    this.targetLabels = targetLabels;
    this.device = name(device);
  }

  /**
   * Adds a batch that fits: logits {@code [N,KS]} and labels {@code [N]} of an admissible dtype on
   * this device, N at least 1; k is 0 for predictions. What it makes dies with the caller's scope.
   *
   * @throws NonFiniteLogitsException if a row holds NaN or an infinity
   * @throws IllegalArgumentException if a label is outside [0,KT)
   */
  abstract void count(Tensor logits, Tensor labels, int k);

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
    add(Content.PROBABILITIES, logits, labels, k);
  }

  private void add(Content wanted, Tensor logits, Tensor labels, int k) {
    requireComplete();
    if (content != wanted && content != Content.NOTHING) {
      throw new IllegalStateException(
          "these counts hold " + content + "; clear them before adding " + wanted);
    }
    try (PointerScope scope = new PointerScope()) {
      check(logits, labels);
      content = wanted;
      if (logits.size(0) > 0) {
        countOrFail(logits, labels, k);
        samples += logits.size(0);
      }
    }
  }

  private void countOrFail(Tensor logits, Tensor labels, int k) {
    try {
      count(logits, labels, k);
    } catch (RuntimeException e) {
      failure = String.valueOf(e.getMessage());
      throw e;
    }
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
    if (labels.dim() != 1
        || labels.size(0) != logits.size(0)
        || labels.scalar_type().intern() != ScalarType.Long) {
      throw new IllegalArgumentException(
          "labels must be int64 ["
              + logits.size(0)
              + "], found "
              + labels.scalar_type()
              + " "
              + sizes(labels));
    }
    requirePlace("logits", logits);
    requirePlace("labels", labels);
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
    requireComplete();
    if (content != Content.PROBABILITIES) {
      return sums();
    }
    try (KeptTensor probabilities = new KeptTensor()) {
      // the integer copy is freed at once: it may be 100 MB
      try (PointerScope scope = new PointerScope()) {
        probabilities.set(sums().to(ScalarType.Double).mul_(new Scalar(1 / SCALE)));
      }
      return probabilities.get().detach();
    }
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
    content = Content.NOTHING;
    failure = "";
    samples = 0;
  }
}
