package org.reprise.engine.store;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;

/**
 * Where batches are wanted, and what may be kept there.
 *
 * @param device where to; borrowed
 * @param share of the device's free memory that the samples of one split may take, 0 to 1; more
 *     stays in the computer's memory, and is copied a batch ahead
 * @param memory of the device, where it is not the computer's
 */
public record Placement(Device device, double share, Optional<DeviceMemory> memory) {

  /**
   * A place whose memory is what libtorch says of it.
   *
   * @param device where batches are wanted; borrowed
   * @param share of a GPU's free memory that the samples of one split may take
   */
  public Placement(Device device, double share) {
    this(
        device,
        share,
        device.is_cuda()
            ? Optional.of(new CudaMemory(device.has_index() ? device.index() : 0))
            : Optional.empty());
  }

  /**
   * Chooses the share that an experiment has which says nothing.
   *
   * @param device where batches are wanted; borrowed
   */
  public static Placement on(Device device) {
    return new Placement(device, SampleOptions.DEFAULT.gpuShare());
  }

  /**
   * Tells whether the computer's memory may hold samples: where they take at most half of what is
   * free now, what the operating system would give up of its file cache counted.
   */
  static boolean memoryHasRoomFor(long bytes) {
    long free = Pointer.availablePhysicalBytes();
    // a container's, where that is less
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      free = Math.min(free, system.getTotalMemorySize());
    }
    return bytes <= free / 2;
  }

  /** Tells whether samples may lie on the device; on a CPU always. */
  boolean hasRoomFor(long bytes) {
    return memory.isEmpty() || bytes <= share * memory.get().free();
  }
}
