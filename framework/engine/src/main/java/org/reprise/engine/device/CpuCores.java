package org.reprise.engine.device;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/** How many cores the processor has, of which a hyper-thread is none. */
final class CpuCores {
  /** Where Linux lists processors. */
  static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");

  private CpuCores() {}

  /**
   * Counts cores as Linux lists them: two hyper-threads of a core name the same siblings, and a
   * second one gains nothing.
   *
   * @param processors {@link #PROCESSORS}, or a folder like it
   * @return the number of cores; empty where there is no such list
   */
  static OptionalInt count(Path processors) {
    Set<String> siblings = new HashSet<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(processors, "cpu[0-9]*")) {
      for (Path folder : folders) {
        Path list = folder.resolve("topology/thread_siblings_list");
        if (Files.isReadable(list)) { // a processor that is switched off has none
          siblings.add(Files.readString(list).strip());
        }
      }
    } catch (IOException e) {
      return OptionalInt.empty();
    }
    return siblings.isEmpty() ? OptionalInt.empty() : OptionalInt.of(siblings.size());
  }
}
