package org.reprise.kernels;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Counts on a CUDA device, in the order of a stream. */
final class CudaCountKernel extends CheckedKernel {
  private final int device;
  private final Pointer stream;

  CudaCountKernel(int device, Pointer stream) {
    this.device = device;
    this.stream = stream;
  }

  @Override
  int call(Logits logits, Labels labels, long k, long firstRow, Counts counts) {
    return NativeCounts.reprise_cuda_add(
        Memory.address(logits.address()),
        logits.type().code(),
        logits.rows(),
        logits.sourceLabels(),
        logits.rowStride(),
        Memory.address(labels.address()),
        counts.targetLabels(),
        k,
        Memory.address(counts.cells()),
        Memory.address(counts.status()),
        firstRow,
        device,
        Memory.address(stream));
  }

  @Override
  String message(int error) {
    return messageOf(error);
  }

  /** The words for an error of the CUDA functions. */
  static String messageOf(int error) {
    BytePointer words = NativeCounts.reprise_cuda_message(error);
    return words == null || words.isNull() ? "error " + error : words.getString();
  }

  @Override
  public String toString() {
    return "CUDA device " + device;
  }
}
