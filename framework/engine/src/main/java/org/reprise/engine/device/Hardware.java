package org.reprise.engine.device;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.cuda.global.cudart;

/**
 * What a run computes on.
 *
 * @param processor model, as the system names it
 * @param processors that this process may use
 * @param memoryBytes of the machine
 * @param gpu that the run uses, if any
 */
public record Hardware(String processor, int processors, long memoryBytes, Optional<Gpu> gpu) {

  /**
   * A GPU.
   *
   * @param model as the driver names it
   * @param memoryBytes of the card
   * @param driver the CUDA version that the driver supports, e.g. {@code 13.0}
   */
  public record Gpu(String model, long memoryBytes, String driver) {}

  /** Describes this machine. */
  public static Hardware of(ComputeDevice device) {
    return new Hardware(
        processorModel(),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        device.isCuda() ? Optional.of(gpu(device.index())) : Optional.empty());
  }

  private static Gpu gpu(int index) {
    try (cudaDeviceProp properties = new cudaDeviceProp()) {
      int[] driver = new int[1];
      cudart.cudaGetDeviceProperties(properties, index);
      cudart.cudaDriverGetVersion(driver);
      return new Gpu(
          properties.name().getString(),
          properties.totalGlobalMem(),
          driver[0] / 1000 + "." + driver[0] % 1000 / 10);
    }
  }

  private static String processorModel() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException e) {
      return "unknown"; // not Linux
    }
    return "unknown";
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }
}
