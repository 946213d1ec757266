package org.reprise.engine.store;

/** A place in what a device was asked for, to be waited for. */
interface DeviceEvent extends AutoCloseable {

  /** Is from now on the place after all copies asked for so far. */
  void afterCopies();

  /** Is from now on the place after all computing asked for so far. */
  void afterComputing();

  /** Lets copies that are asked for from now on wait, on the device, for this place. */
  void holdCopies();

  /** Lets computing that is asked for from now on wait, on the device, for this place. */
  void holdComputing();

  /** Waits here until the device has reached this place. */
  void await();

  /** Forgets the place. May be called twice. */
  @Override
  void close();
}
