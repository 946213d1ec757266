package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MachineShareTest {
  private static Map<String, String> share(
      MachineShare machine, int jobs, int slot, String device) {
    Map<String, String> environment = new HashMap<>();
    machine.of(jobs, slot, device, environment);
    return environment;
  }

  @Test
  void eachProcessHasOneGpuAndAllGpusHaveProcesses() {
    MachineShare machine = new MachineShare(16, List.of("3", "5", "7"));
    Map<String, Integer> processes = new TreeMap<>();
    for (int slot = 0; slot < 6; slot++) {
      Map<String, String> environment = share(machine, 6, slot, "auto");
      assertThat(environment).containsEntry("OMP_NUM_THREADS", "2");
      processes.merge(environment.get("CUDA_VISIBLE_DEVICES"), 1, Integer::sum);
    }
    assertThat(processes).isEqualTo(Map.of("3", 2, "5", 2, "7", 2));
    assertThat(share(machine, 2, 1, "cuda")).containsEntry("CUDA_VISIBLE_DEVICES", "5");
  }

  @Test
  void aRunThatNamesItsGpuFindsItUnderThatName() {
    MachineShare machine = new MachineShare(4, List.of("0", "1"));
    assertThat(share(machine, 2, 0, "cuda:1")).doesNotContainKey("CUDA_VISIBLE_DEVICES");
  }

  @Test
  void withoutGpusAndWithFewProcessorsThereIsAThreadForEach() {
    MachineShare machine = new MachineShare(2, List.of());
    assertThat(share(machine, 5, 4, "auto")).isEqualTo(Map.of("OMP_NUM_THREADS", "1"));
    Map<String, String> set = new HashMap<>(Map.of("OMP_NUM_THREADS", "7"));
    machine.of(2, 0, "auto", set);
    assertThat(set).isEqualTo(Map.of("OMP_NUM_THREADS", "7"));
  }

  @Test
  void gpusAreThoseThatThisProcessMayUse() {
    assertThat(MachineShare.gpus(null, 2)).containsExactly("0", "1");
    assertThat(MachineShare.gpus("GPU-8932, 4", 2)).containsExactly("GPU-8932", "4");
    assertThat(MachineShare.gpus("", 2)).isEmpty();
    assertThat(MachineShare.gpus(null, 0)).isEmpty();
  }
}
