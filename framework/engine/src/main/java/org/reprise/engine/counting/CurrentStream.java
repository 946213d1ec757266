package org.reprise.engine.counting;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch_cuda;

/**
 * libtorch's CUDA stream. Loading this class loads libtorch's CUDA binding, which needs a driver:
 * touched only where logits lie on a GPU.
 */
final class CurrentStream {
  private CurrentStream() {}

  /**
   * Makes a device the calling thread's current one, for libtorch and for the kernels, which work
   * on no other.
   */
  static void makeCurrent(int device) {
    torch_cuda.set_device((byte) device);
  }

  /**
   * Returns the {@code cudaStream_t} of this thread and device; null stands for the default one.
   */
  static Pointer of(int device) {
    return torch_cuda.getCurrentCUDAStream((byte) device).stream();
  }
}
