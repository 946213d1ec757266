package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.engine.record.Checkpoint;

/**
 * Whoever of several processes is asked to stop, all of them do, and the run can be gone on with.
 */
class WorkerSignalsIT {
  /** As a single process ends: by SIGTERM, and so that the same command goes on. */
  private static final int TERMINATED = 143;

  private static final int TO_GO_ON = 138;

  @TempDir Path folder;
  private Reprise reprise;

  private record Stopped(Reprise.Result result, List<ProcessHandle> workers) {}

  /** Has two workers train until an epoch is done, and sends a signal to some of the three. */
  private Stopped stopped(String signal, List<Integer> ranks, boolean caller, String... command)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--workers", "2"));
    Reprise.Running running = reprise.start(words.toArray(String[]::new)).awaitErr("  loss");
    List<ProcessHandle> workers =
        List.of(SharedRunIT.worker(running.process(), 0), SharedRunIT.worker(running.process(), 1));
    List<String> kill = new ArrayList<>(List.of("kill", "-" + signal));
    if (caller) {
      kill.add(Long.toString(running.process().pid()));
    }
    ranks.forEach(rank -> kill.add(Long.toString(workers.get(rank).pid())));
    assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
    return new Stopped(running.await(), workers);
  }

  /** Returns how many epochs are recorded. */
  private int assertCanBeGoneOnWith(Stopped stopped, int exitCode, String message, int before)
      throws IOException {
    Reprise.Result result = stopped.result();
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.err()).doesNotContain("Exception", "worker 1");
    assertThat(result.err().lines().filter(line -> line.contains("stopped")))
        .as("one message: %s", result.err())
        .containsExactly(message);
    assertThat(stopped.workers()).noneMatch(ProcessHandle::isAlive);
    List<JsonNode> epochs = Records.metrics(reprise.runOf("blm"));
    assertThat(epochs).hasSizeGreaterThan(before);
    for (int i = 0; i < epochs.size(); i++) { // none is missing, none is there twice
      assertThat(epochs.get(i).path("epoch").asInt()).isEqualTo(i + 1);
    }
    assertThat(Checkpoint.exists(reprise.runOf("blm").resolve("checkpoints"), "last")).isTrue();
    return epochs.size();
  }

  @Test
  void allStopAndTheNextCallGoesOn() throws Exception {
    reprise = new Reprise(folder);
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("blm", 64, 20_000));

    Stopped term = stopped("TERM", List.of(0, 1), true, "run", "tiny.yaml");
    int epochs =
        assertCanBeGoneOnWith(
            term, TERMINATED, "reprise: stopped; go on with: reprise resume runs/tiny", 0);

    Stopped usr1 = stopped("USR1", List.of(1), false, "run", "tiny.yaml");
    String another = "reprise: stopped, as another worker was asked to; the same command goes on";
    assertCanBeGoneOnWith(usr1, TO_GO_ON, another, epochs);
  }
}
