package org.reprise.engine.store;

import org.bytedeco.pytorch.Tensor;

/**
 * What a device copies, one after the other, beside what it computes, which is likewise done one
 * after the other. Neither waits for the other but at a {@link DeviceEvent}.
 */
interface CopyQueue extends AutoCloseable {

  /**
   * Asks for a copy; returns at once.
   *
   * @param from uint8 in the computer's memory, as {@link DeviceMemory#buffers} gives it
   * @param to of the same shape, on the device
   */
  void copy(Tensor from, Tensor to);

  /** Makes an event that nobody waits long for: nothing was asked for before it. */
  DeviceEvent event();

  /** Ends the queue; what was asked for is done all the same. May be called twice. */
  @Override
  void close();
}
