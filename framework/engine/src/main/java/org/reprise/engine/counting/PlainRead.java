package org.reprise.engine.counting;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.kernels.KernelLibrary;

/** Reads all bytes of a tensor once and does next to nothing with them: the floor of counting. */
public final class PlainRead {
  private final Tensor tensor;
  private final boolean kernel;

  /**
   * Prepares.
   *
   * @param tensor contiguous; borrowed
   */
  public PlainRead(Tensor tensor) {
    this.tensor = tensor;
    this.kernel = tensor.is_cpu() && KernelLibrary.isAvailable();
  }

  /** Returns how it reads. */
  public String name() {
    return kernel ? "plain read, as many threads" : "libtorch max";
  }

  /** Reads; on a GPU it only hands over the work. */
  public void run() {
    try (PointerScope scope = new PointerScope()) {
      if (kernel) {
        KernelLibrary.read(
            tensor.data_ptr(), tensor.numel() * tensor.element_size(), CountingPath.threads());
      } else {
        tensor.max();
      }
    }
  }
}
