package org.reprise.engine.counting;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.JointCounts;

/**
 * The portable implementation, by libtorch operations on any device.
 *
 * <p>Both kinds of evidence are summed in one flat int64 tensor; probabilities as multiples of
 * 2⁻³⁶, so that sums are exact and do not depend on any order. Their error is at most 2⁻³⁷ a
 * sample, and 2²⁷ samples of probability 1 in one cell are the limit.
 */
public final class TorchJointCounts implements JointCounts {
  private static final double SCALE = 0x1p36;
  private static final long SAMPLE_LIMIT = 1L << 27;

  private enum Content {
    NOTHING,
    PREDICTIONS,
    PROBABILITIES
  }

  private final int sourceLabels;
  private final int targetLabels;
  private final KeptTensor sums;
  private Content content = Content.NOTHING;
  private long samples;

  /**
   * Makes empty counts.
   *
   * @param sourceLabels KS
   * @param targetLabels KT
   * @param device where logits will arrive
   */
  public TorchJointCounts(int sourceLabels, int targetLabels, Device device) {
    this.sourceLabels = sourceLabels;
    this.targetLabels = targetLabels;
    try (PointerScope scope = new PointerScope()) {
      sums =
          new KeptTensor(
              torch.zeros(
                  new long[] {Math.multiplyExact((long) sourceLabels, targetLabels)},
                  new TensorOptions(ScalarType.Long)
                      .device(new org.bytedeco.pytorch.DeviceOptional(device))));
    }
  }

  @Override
  public void addArgmax(Tensor logits, Tensor labels) {
    begin(Content.PREDICTIONS, logits, labels);
    try (PointerScope scope = new PointerScope()) {
      Tensor predicted = torch.argmax(logits, new org.bytedeco.pytorch.LongOptional(1), false);
      Tensor cells = predicted.mul(new Scalar(targetLabels)).add(labels);
      Tensor ones = torch.ones_like(cells);
      sums.get().index_add_(0, cells, ones);
    }
    samples += logits.size(0);
  }

  @Override
  public void addTopK(Tensor logits, Tensor labels, int k) {
    if (k < 1 || k > sourceLabels) {
      throw new IllegalArgumentException("k must lie in [1, " + sourceLabels + "], found " + k);
    }
    begin(Content.PROBABILITIES, logits, labels);
    if (samples + logits.size(0) > SAMPLE_LIMIT) {
      throw new IllegalStateException(
          "sums of probabilities hold at most " + SAMPLE_LIMIT + " samples between two refits");
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor values = logits.to(ScalarType.Float);
      Tensor chosen = largest(values, k);
      Tensor probabilities = torch.softmax(values, 1).gather(1, chosen).to(ScalarType.Double);
      Tensor fixed = torch.round(probabilities.mul(new Scalar(SCALE))).to(ScalarType.Long);
      Tensor cells = chosen.mul(new Scalar(targetLabels)).add(labels.unsqueeze(1));
      sums.get().index_add_(0, cells.reshape(-1), fixed.reshape(-1));
    }
    samples += logits.size(0);
  }

  /**
   * Returns the indices of the k largest values of each row, the lowest of equal ones, in no
   * particular order.
   */
  private static Tensor largest(Tensor values, int k) {
    if (k == values.size(1)) {
      return torch.argsort(values, 1, true);
    }
    // topk leaves ties to chance: where the k-th value occurs again outside, take the row by a
    // stable sort
    Tensor top = torch.topk(values, k).get1();
    Tensor kth = values.gather(1, top).amin(new long[] {1}, true);
    Tensor tied =
        values
            .ge(kth)
            .sum(new long[] {1}, false, new org.bytedeco.pytorch.ScalarTypeOptional())
            .gt(new Scalar(k));
    if (tied.any().item_bool()) {
      Tensor rows = tied.nonzero().squeeze(1);
      Tensor sorted =
          torch
              .sort(
                  values.index_select(0, rows),
                  new org.bytedeco.pytorch.BoolOptional(true),
                  1,
                  true)
              .get1();
      top.index_copy_(0, rows, sorted.narrow(1, 0, k));
    }
    return top;
  }

  private void begin(Content wanted, Tensor logits, Tensor labels) {
    if (content != wanted && content != Content.NOTHING) {
      throw new IllegalStateException(
          "these counts hold " + content + "; clear them before adding " + wanted);
    }
    check(logits, labels);
    content = wanted;
  }

  private void check(Tensor logits, Tensor labels) {
    try (PointerScope scope = new PointerScope()) {
      if (logits.dim() != 2 || logits.size(1) != sourceLabels) {
        throw new IllegalArgumentException(
            "logits must be [N," + sourceLabels + "], found " + sizes(logits));
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
      ScalarType type = logits.scalar_type().intern();
      if (type != ScalarType.Float && type != ScalarType.Half && type != ScalarType.BFloat16) {
        throw new IllegalArgumentException(
            "logits must be float32, float16 or bfloat16, found " + type);
      }
      if (logits.size(0) == 0) {
        return;
      }
      if (labels
          .lt(new Scalar(0))
          .logical_or(labels.ge(new Scalar(targetLabels)))
          .any()
          .item_bool()) {
        throw new IllegalArgumentException("labels must lie in [0, " + targetLabels + ")");
      }
      Tensor bad = torch.isfinite(logits).all(1).logical_not();
      if (bad.any().item_bool()) {
        throw new NonFiniteLogitsException(
            "the logits of row "
                + torch.argmax(bad.to(ScalarType.Int)).item_long()
                + " of the batch are NaN or infinite");
      }
    }
  }

  private static String sizes(Tensor tensor) {
    return java.util.Arrays.toString(tensor.sizes().vec().get());
  }

  @Override
  public Tensor counts() {
    if (content != Content.PROBABILITIES) {
      return sums.get().clone().reshape(sourceLabels, targetLabels);
    }
    return sums.get()
        .to(ScalarType.Double)
        .mul(new Scalar(1 / SCALE))
        .reshape(sourceLabels, targetLabels);
  }

  @Override
  public long samples() {
    return samples;
  }

  @Override
  public void clear() {
    try (PointerScope scope = new PointerScope()) {
      sums.get().zero_();
    }
    content = Content.NOTHING;
    samples = 0;
  }

  @Override
  public void close() {
    sums.close();
  }
}
