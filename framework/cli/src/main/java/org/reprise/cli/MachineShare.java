package org.reprise.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Shares a machine out among processes side by side.
 *
 * @param processors of the machine
 * @param gpus that may be used, as CUDA names them
 */
record MachineShare(int processors, List<String> gpus) {
  /** The variable that tells a process which GPUs there are. */
  static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private static final String THREADS = "OMP_NUM_THREADS";

  /** Copies the list. */
  MachineShare {
    gpus = List.copyOf(gpus);
  }

  /**
   * Returns the GPUs that may be used.
   *
   * @param visible what this process was told; null for nothing
   * @param count of the GPUs that there are
   * @return as CUDA names them
   */
  static List<String> gpus(String visible, long count) {
    return visible == null
        ? LongStream.range(0, count).mapToObj(Long::toString).toList()
        : Arrays.stream(visible.split(",")).map(String::strip).filter(g -> !g.isEmpty()).toList();
  }

  /**
   * Gives a process its share: one GPU, which it shares with others where there are more processes
   * than GPUs, and its part of the processors.
   *
   * @param jobs processes side by side
   * @param slot which of them it is, from 0
   * @param device that its run asks for; one that names its GPU keeps the names that it knows
   * @param environment of the process; number of threads and GPUs are set, unless the threads are
   */
  void of(int jobs, int slot, String device, Map<String, String> environment) {
    environment.putIfAbsent(THREADS, Integer.toString(Math.max(1, processors / jobs)));
    if (!gpus.isEmpty() && !device.contains(":")) {
      environment.put(VISIBLE, gpus.get(slot % gpus.size()));
    }
  }
}
