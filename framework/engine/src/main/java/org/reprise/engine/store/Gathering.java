package org.reprise.engine.store;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.kernels.KernelLibrary;

/** Makes network input of stored bytes. */
final class Gathering implements AutoCloseable {
  /** 255 on the device: by a CPU scalar, CUDA would multiply with its rounded reciprocal. */
  private final KeptTensor levels = new KeptTensor();

  /**
   * Prepares.
   *
   * @param device where images are wanted; borrowed
   */
  Gathering(Device device) {
    levels.set(torch.tensor(255f).to(device, ScalarType.Float));
  }

  /**
   * Gathers images.
   *
   * @param stored {@code [n,h,w,3]} uint8
   * @param chosen {@code [B]} int64, contiguous, where {@code stored} lies
   * @return {@code [B,3,h,w]} float32 from 0 to 1, channels last, on the device; in the caller's
   *     scope
   */
  Tensor gather(Tensor stored, Tensor chosen) {
    // Temporaries are freed here and not with the caller's step: they are as large as the batch.
    try (Device home = stored.device();
        Device device = levels.get().device()) {
      boolean kernel = home.is_cpu() && device.is_cpu() && KernelLibrary.isAvailable();
      return kernel ? byKernel(stored, chosen) : byLibtorch(stored, chosen, device);
    }
  }

  /** One pass: a byte is read and a float is written. */
  private static Tensor byKernel(Tensor stored, Tensor chosen) {
    long count = chosen.numel();
    long height = stored.size(1);
    long width = stored.size(2);
    try (TensorOptions floats = new TensorOptions(ScalarType.Float);
        Tensor rows = torch.empty(new long[] {count, height, width, 3}, floats, null);
        Pointer from = stored.data_ptr();
        Pointer indices = chosen.data_ptr();
        Pointer to = rows.data_ptr()) {
      KernelLibrary.gather(
          from, stored.size(0), 3 * height * width, indices, count, to, torch.get_num_threads());
      return rows.permute(0, 3, 1, 2);
    }
  }

  /** For a GPU and where there is no kernel. */
  private Tensor byLibtorch(Tensor stored, Tensor chosen, Device device) {
    try (Tensor bytes = stored.index_select(0, chosen);
        Tensor here = bytes.to(device, ScalarType.Byte)) {
      return scale(here);
    }
  }

  /**
   * Makes images of bytes, all of them.
   *
   * @param bytes {@code [B,h,w,3]} uint8 on the device
   * @return as {@link #gather}
   */
  Tensor scale(Tensor bytes) {
    try (Tensor images = bytes.permute(0, 3, 1, 2)) {
      Tensor scaled = images.to(ScalarType.Float);
      scaled.div_(levels.get());
      return scaled;
    }
  }

  @Override
  public void close() {
    levels.close();
  }
}
