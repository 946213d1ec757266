package org.reprise.engine.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The largest resident size this process has had. */
public final class PeakMemory {
  private PeakMemory() {}

  /** Returns VmHWM on Linux, nothing elsewhere. */
  public static OptionalLong bytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024);
        }
      }
    } catch (IOException e) {
      return OptionalLong.empty(); // not Linux
    }
    return OptionalLong.empty();
  }
}
