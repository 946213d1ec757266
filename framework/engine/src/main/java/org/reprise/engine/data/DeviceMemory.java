package org.reprise.engine.data;

import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.pytorch.Device;

/** Decides what may be kept on a GPU. */
final class DeviceMemory {
  /** The share of a GPU's free memory that the samples of one split may take. */
  private static final double SHARE = 0.3;

  private DeviceMemory() {}

  /**
   * Tells whether samples may lie on a device.
   *
   * @param bytes that they take
   * @param device where to
   * @return true on the CPU
   */
  static boolean hasRoomFor(long bytes, Device device) {
    if (!device.is_cuda()) {
      return true;
    }
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      cudart.cudaSetDevice(device.has_index() ? device.index() : 0);
      int error = cudart.cudaMemGetInfo(free, total);
      return error == cudart.cudaSuccess && bytes <= SHARE * free.get();
    }
  }
}
