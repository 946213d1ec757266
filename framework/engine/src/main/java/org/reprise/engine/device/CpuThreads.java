package org.reprise.engine.device;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;

/** How many threads libtorch computes with on the CPU. */
public final class CpuThreads {
  private static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");

  private CpuThreads() {}

  /**
   * Has libtorch use every core that this process may use, unless {@code OMP_NUM_THREADS} or {@code
   * MKL_NUM_THREADS} say otherwise. libtorch asks the processor itself, whose answer is of the
   * host: on a virtual machine with two cores it was one, and half of the machine stood idle.
   */
  public static void useAllCores() {
    if (System.getenv("OMP_NUM_THREADS") == null && System.getenv("MKL_NUM_THREADS") == null) {
      cores(PROCESSORS)
          .ifPresent(
              cores ->
                  torch.set_num_threads(
                      Math.min(cores, Runtime.getRuntime().availableProcessors())));
    }
    // with several threads libtorch tries NNPACK first and, where that cannot run, says so each
    // time
    torch.globalContext().setUserEnabledNNPACK(false);
  }

  /**
   * Counts cores as Linux lists them: two hyper-threads of a core name the same siblings, and a
   * second one gains nothing.
   *
   * @param processors {@code /sys/devices/system/cpu}
   * @return the number of cores; empty where there is no such list
   */
  static OptionalInt cores(Path processors) {
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
