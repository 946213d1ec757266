package org.reprise.engine.store;

import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The memory of a GPU.
 *
 * @param index of the GPU
 */
record CudaMemory(int index) implements DeviceMemory {

  @Override
  public long free() {
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      cudart.cudaSetDevice(index);
      int error = cudart.cudaMemGetInfo(free, total);
      return error == cudart.cudaSuccess ? free.get() : 0;
    }
  }

  @Override
  public Buffers buffers(long... shape) {
    return new Buffers(
        torch.empty(shape, bytes().pinned_memory(new BoolOptional(true)), null),
        torch.empty(shape, bytes().device(new DeviceOptional(new Device("cuda:" + index))), null));
  }

  private static TensorOptions bytes() {
    return new TensorOptions(ScalarType.Byte);
  }

  @Override
  public CopyQueue queue() {
    return new CudaCopies((byte) index);
  }
}
