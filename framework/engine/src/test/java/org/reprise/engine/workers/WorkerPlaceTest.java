package org.reprise.engine.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.InvalidInputException;

class WorkerPlaceTest {
  private static final Map<String, String> COMPLETE =
      Map.of(
          "WORLD_SIZE", "4",
          "RANK", "3",
          "LOCAL_RANK", "1",
          "MASTER_ADDR", "node-1",
          "MASTER_PORT", "29500");

  @Test
  void isReadFromTheEnvironment() {
    assertThat(WorkerPlace.of(COMPLETE)).contains(new WorkerPlace(3, 4, 1, "node-1", 29500));
    Map<String, String> without = new HashMap<>(COMPLETE);
    without.remove("LOCAL_RANK");
    assertThat(WorkerPlace.of(without).orElseThrow().localRank()).isEqualTo(3);
  }

  @Test
  void oneProcessIsNoWorker() {
    assertThat(WorkerPlace.of(Map.of())).isEqualTo(Optional.empty());
    assertThat(WorkerPlace.of(Map.of("WORLD_SIZE", "1"))).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "node-1, node-1",
    "'node07,other[1-3]', node07",
    "'gpu[007-009,012]', gpu007",
    "'gpu-[3,5]', gpu-3",
    "'a-b-[10-11],c', a-b-10"
  })
  void tasksOfSlurmAreWorkersWhereAPortIsSaid(String nodes, String first) {
    Map<String, String> slurm = new HashMap<>();
    slurm.put("SLURM_PROCID", "5");
    slurm.put("SLURM_LOCALID", "1");
    slurm.put("SLURM_NTASKS", "16"); // of the job, not of the step
    slurm.put("SLURM_STEP_NUM_TASKS", "8");
    slurm.put("SLURM_STEP_NODELIST", nodes);
    assertThat(WorkerPlace.of(slurm)).as("runs of their own").isEmpty();
    slurm.put("MASTER_PORT", "29500");
    assertThat(WorkerPlace.of(slurm)).contains(new WorkerPlace(5, 8, 1, first, 29500));
    slurm.put("MASTER_ADDR", "10.0.0.7");
    assertThat(WorkerPlace.of(slurm).orElseThrow().address()).isEqualTo("10.0.0.7");
    slurm.put("SLURM_STEP_NUM_TASKS", "1");
    assertThat(WorkerPlace.of(slurm)).isEmpty();
    slurm.remove("SLURM_STEP_NUM_TASKS"); // the script of a job, which is no task of a step
    assertThat(WorkerPlace.of(slurm)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "WORLD_SIZE, 0, 1 to 4096",
    "WORLD_SIZE, four, 'found \"four\"'",
    "RANK, 4, 0 to 3",
    "RANK, -1, 0 to 3",
    "RANK, '', found nothing",
    "LOCAL_RANK, 9, 0 to 3",
    "MASTER_PORT, 70000, 1 to 65535",
    "MASTER_ADDR, '', RANK=0"
  })
  void whatIsWrongIsSaid(String variable, String value, String expected) {
    Map<String, String> environment = new HashMap<>(COMPLETE);
    environment.put(variable, value);
    assertThatThrownBy(() -> WorkerPlace.of(environment))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(variable + ": ")
        .hasMessageContaining(expected);
  }
}
