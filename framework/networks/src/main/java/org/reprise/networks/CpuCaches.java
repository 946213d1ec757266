package org.reprise.networks;

import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the processor tells the sizes of its caches, by which oneDNN plans 1x1 convolutions. */
final class CpuCaches {
  private static final boolean SHOWN =
      Files.isDirectory(Path.of("/sys/devices/system/cpu/cpu0/cache"));

  private CpuCaches() {}

  /** Tells whether they are known; not where the system does not say. */
  static boolean areShown() {
    return SHOWN;
  }
}
