package org.reprise.engine.counting;

import java.util.function.Supplier;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.kernels.CountKernel;
import org.reprise.kernels.CountStatus;
import org.reprise.kernels.Counts;
import org.reprise.kernels.ElementType;
import org.reprise.kernels.Labels;
import org.reprise.kernels.Logits;

/**
 * Counts by the native kernels: logits are handed over by address, in their own dtype and row
 * stride. The kernels keep J as {@code [KT,KS]}, so that a sample's cells are neighbours; {@link
 * #counts} turns it round.
 *
 * <p>What the kernels left out stands in a status beside the cells. On the CPU it is read after
 * each batch; on a GPU only when the counts are, as reading waits for all work before.
 */
final class NativeJointCounts extends CheckedJointCounts {
  private final KeptTensor cells;
  private final KeptTensor status;
  private final Supplier<CountKernel> kernel;

  /**
   * Makes empty counts.
   *
   * @param sourceLabels KS
   * @param targetLabels KT
   * @param device where logits will arrive
   * @param kernel gives the kernel for a batch: that of the stream on which its logits are made
   * @param deferred whether kernels only enqueue their work
   */
  NativeJointCounts(
      int sourceLabels,
      int targetLabels,
      Device device,
      Supplier<CountKernel> kernel,
      boolean deferred) {
    super(sourceLabels, targetLabels, device, deferred);
    this.kernel = kernel;
    try (PointerScope scope = new PointerScope()) {
      TensorOptions options = new TensorOptions(ScalarType.Long).device(new DeviceOptional(device));
      cells = new KeptTensor(torch.zeros(new long[] {targetLabels, sourceLabels}, options));
      status = new KeptTensor(torch.zeros(new long[] {CountStatus.LONGS}, options));
      clearStatus();
    }
  }

  @Override
  void count(Tensor logits, Tensor labels, int k) {
    long rows = logits.size(0);
    // A lazily negated view holds other numbers than it shows.
    Tensor plain = logits.is_neg() ? logits.resolve_neg() : logits;
    Tensor matrix = sourceLabels == 1 || plain.stride(1) == 1 ? plain : plain.contiguous();
    Tensor column = labels.contiguous();
    Logits logitsAt =
        new Logits(matrix.data_ptr(), elementType(matrix), rows, sourceLabels, matrix.stride(0));
    Labels labelsAt = new Labels(column.data_ptr(), rows);
    Counts counts =
        new Counts(
            cells.get().data_ptr(),
            sourceLabels,
            targetLabels,
            status.get().data_ptr(),
            hasGivenWeights() ? Counts.UNKNOWN : samples());
    if (k == 0) {
      kernel.get().addArgmax(logitsAt, labelsAt, firstRow(), counts);
    } else {
      kernel.get().addTopK(logitsAt, labelsAt, k, firstRow(), counts);
    }
    if (!deferred) {
      requireClean();
    }
  }

  private static ElementType elementType(Tensor logits) {
    return switch (logits.scalar_type().intern()) {
      case Float -> ElementType.FLOAT32;
      case Half -> ElementType.FLOAT16;
      case BFloat16 -> ElementType.BFLOAT16;
      default -> throw new IllegalArgumentException("no kernel for " + logits.scalar_type());
    };
  }

  /** Throws what the kernels have left out since the counts were cleared. */
  private void requireClean() {
    long[] words = new long[CountStatus.LONGS];
    new LongPointer(status.get().cpu().data_ptr()).get(words);
    CountStatus found = CountStatus.of(words);
    if (found.isClean()) {
      return;
    }
    if (found.badLabels() > 0) {
      throw new IllegalArgumentException(
          Words.badLabel(targetLabels, place(found.firstBadLabelRow())));
    }
    if (found.nonFiniteRows() > 0) {
      throw new NonFiniteLogitsException(Words.nonFinite(place(found.firstNonFiniteRow())));
    }
    throw new IllegalStateException(Words.OVERFLOW);
  }

  @Override
  Cells cells() {
    return new Cells(cells.get().view(-1), 1, sourceLabels);
  }

  @Override
  Tensor sums() {
    try (PointerScope scope = new PointerScope()) {
      if (deferred) {
        requireClean();
      }
    }
    return cells.get().t().clone(new MemoryFormatOptional(MemoryFormat.Contiguous));
  }

  @Override
  void erase() {
    cells.get().zero_();
    clearStatus();
  }

  private void clearStatus() {
    status.get().copy_(Tensor.create(CountStatus.cleared()));
  }

  @Override
  public void close() {
    super.close();
    cells.close();
    status.close();
  }
}
