package org.reprise.engine.counting;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.NonFiniteLogitsException;

/**
 * The portable implementation, by libtorch operations on any device.
 *
 * <p>Both kinds of evidence are summed in one flat int64 tensor; probabilities as multiples of
 * 2⁻³⁶, so that sums are exact and do not depend on any order. Their error is at most 2⁻³⁷ a
 * sample. Fewer than 2²⁷ samples of top-k sums fit between two refits, the number at which a cell
 * could overflow: here all samples count, so that nothing large is made of a batch that is refused.
 */
final class TorchJointCounts extends CheckedJointCounts {
  private static final long SAMPLE_LIMIT = (1L << 27) - 1;

  private final KeptTensor sums;

  /**
   * Makes empty counts.
   *
   * @param sourceLabels KS
   * @param targetLabels KT
   * @param device where logits will arrive
   */
  TorchJointCounts(int sourceLabels, int targetLabels, Device device) {
    super(sourceLabels, targetLabels, device, false);
    try (PointerScope scope = new PointerScope()) {
      sums =
          new KeptTensor(
              torch.zeros(
                  new long[] {Math.multiplyExact((long) sourceLabels, targetLabels)},
                  new TensorOptions(ScalarType.Long).device(new DeviceOptional(device))));
    }
  }

  @Override
  void count(Tensor logits, Tensor labels, int k) {
    if (k > 0 && samples() + logits.size(0) > SAMPLE_LIMIT) {
      throw new IllegalStateException(Words.OVERFLOW);
    }
    checkValues(logits, labels);
    if (k == 0) {
      Tensor predicted = torch.argmax(logits, new LongOptional(1), false);
      Tensor cells = predicted.mul(new Scalar(targetLabels)).add(labels);
      sums.get().index_add_(0, cells, torch.ones_like(cells));
      return;
    }
    Tensor values = logits.to(ScalarType.Float);
    Tensor chosen = largest(values, k);
    Tensor probabilities = torch.softmax(values, 1).gather(1, chosen).to(ScalarType.Double);
    Tensor fixed = torch.round(probabilities.mul(new Scalar(SCALE))).to(ScalarType.Long);
    Tensor cells = chosen.mul(new Scalar(targetLabels)).add(labels.unsqueeze(1));
    Tensor places = cells.reshape(-1);
    sums.get().index_add_(0, places, fixed.reshape(-1));
    // weights given before may have filled a cell that fewer samples than the limit reach
    if (sums.get().index_select(0, places).lt(new Scalar(0)).any().item_bool()) {
      throw new IllegalStateException(Words.OVERFLOW);
    }
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
        values.ge(kth).sum(new long[] {1}, false, new ScalarTypeOptional()).gt(new Scalar(k));
    if (tied.any().item_bool()) {
      Tensor rows = tied.nonzero().squeeze(1);
      Tensor sorted =
          torch.sort(values.index_select(0, rows), new BoolOptional(true), 1, true).get1();
      top.index_copy_(0, rows, sorted.narrow(1, 0, k));
    }
    return top;
  }

  private void checkValues(Tensor logits, Tensor labels) {
    Tensor outside = labels.lt(new Scalar(0)).logical_or(labels.ge(new Scalar(targetLabels)));
    if (outside.any().item_bool()) {
      throw new IllegalArgumentException(Words.badLabel(targetLabels, firstTrue(outside)));
    }
    Tensor bad = torch.isfinite(logits).all(1).logical_not();
    if (bad.any().item_bool()) {
      throw new NonFiniteLogitsException(Words.nonFinite(firstTrue(bad)));
    }
  }

  private static String firstTrue(Tensor rows) {
    return "row " + torch.argmax(rows.to(ScalarType.Int)).item_long() + " of the batch";
  }

  @Override
  Cells cells() {
    return new Cells(sums.get(), targetLabels, 1);
  }

  @Override
  Tensor sums() {
    return sums.get().clone().reshape(sourceLabels, targetLabels);
  }

  @Override
  void erase() {
    sums.get().zero_();
  }

  @Override
  public void close() {
    super.close();
    sums.close();
  }
}
