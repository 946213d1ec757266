package org.reprise.engine.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.bytedeco.pytorch.global.torch;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.Hardware;

/**
 * What figures were measured on.
 *
 * @param processor model, as the system names it
 * @param processors that this process may use
 * @param loadAverage running processes over the last minute when the measurement began; negative if
 *     the system does not tell
 * @param system name and version
 * @param java version
 * @param libtorch version, threads and instruction set
 * @param device where it computed
 * @param counting what counts joint labels there
 */
public record Machine(
    String processor,
    int processors,
    double loadAverage,
    String system,
    String java,
    String libtorch,
    String device,
    String counting) {

  /** Describes this machine as it is now. */
  public static Machine describe(ComputeDevice device) {
    Hardware hardware = Hardware.of(device);
    return new Machine(
        hardware.processor(),
        hardware.processors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        System.getProperty("java.runtime.version"),
        torch.class.getPackage().getImplementationVersion()
            + ", "
            + torch.get_num_threads()
            + " threads, "
            + torch.get_cpu_capability().getString(),
        device.name(),
        CountingPath.of(device).toString());
  }

  /** Returns one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, load %.1f; %s; Java %s; libtorch %s; device %s; counting: %s",
        processor,
        processors,
        loadAverage,
        system,
        java,
        libtorch,
        device,
        counting);
  }
}
