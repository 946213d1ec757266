package org.reprise.engine.store;

import org.bytedeco.pytorch.Tensor;

/** The memory of a device that computes from none but its own. */
interface DeviceMemory {

  /**
   * Room for a batch on both sides.
   *
   * @param here in the computer's memory, at a place that the device itself can read
   * @param there on the device
   */
  record Buffers(Tensor here, Tensor there) {}

  /** Returns the bytes that are free now; 0 where that cannot be told. */
  long free();

  /**
   * Makes room on both sides.
   *
   * @param shape {@code [B,h,w,3]} of the largest batch
   * @return uint8 tensors of that shape, of the caller's scope
   */
  Buffers buffers(long... shape);

  /** Makes a queue for copies to the device, which the caller closes. */
  CopyQueue queue();
}
