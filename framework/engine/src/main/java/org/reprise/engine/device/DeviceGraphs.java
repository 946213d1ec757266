package org.reprise.engine.device;

import java.util.Optional;
import java.util.function.Supplier;
import org.reprise.kernels.GraphLibrary;

/**
 * Whether the work of a device can be recorded.
 *
 * @param maker makes empty graphs, where it can
 * @param whyNot a clause without a full stop, where it cannot
 */
public record DeviceGraphs(Optional<Supplier<DeviceGraph>> maker, String whyNot) {

  /** A device whose work cannot be recorded. */
  public static DeviceGraphs none(String whyNot) {
    return new DeviceGraphs(Optional.empty(), whyNot);
  }

  /**
   * Asks a device.
   *
   * @param device of a run
   */
  public static DeviceGraphs of(ComputeDevice device) {
    if (!device.isCuda()) {
      return none("the run is on the CPU");
    }
    return GraphLibrary.problem()
        .map(DeviceGraphs::none)
        .orElseGet(() -> new DeviceGraphs(Optional.of(() -> new CudaGraph(device.index())), ""));
  }

  /** Says in a line whether GPUs of this machine could record. */
  public static String here() {
    return GraphLibrary.problem()
        .map(why -> "CUDA graphs: none: " + why)
        .orElse("CUDA graphs: libtorch's");
  }
}
