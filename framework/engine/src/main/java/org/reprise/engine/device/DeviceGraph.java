package org.reprise.engine.device;

/** Work that a device is shown once and then does again as often as it is told to. */
public interface DeviceGraph extends AutoCloseable {

  /**
   * Records work, which is not done meanwhile.
   *
   * @param work hands operations to the device; tensors that it makes for others than itself are
   *     made now and written at each {@link #replay}
   * @throws RuntimeException if the device cannot record it; nothing has been done then
   */
  void record(Runnable work);

  /** Hands the recorded work to the device, which is not waited for. */
  void replay();

  /** Forgets the work. */
  @Override
  void close();
}
