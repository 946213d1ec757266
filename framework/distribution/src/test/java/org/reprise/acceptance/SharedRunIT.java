package org.reprise.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.engine.record.Checkpoint;
import org.reprise.testkit.TensorAssertions;

/** Several processes that train one run end where one does, and all end where one of them does. */
class SharedRunIT {
  @TempDir Path folder;

  /** 40 samples in batches of 16, 16 and 8; an evaluation of 2 batches. */
  private static String study(String epochs) {
    return String.join(
        "\n",
        "name: tiny",
        "seed: 3",
        "device: cpu",
        "dataset: {name: shapes, train: 40, validation: 0, test: 32}",
        "backbone: shapenet",
        "prompt: {name: padding, size: 48}",
        "mapping: blm++",
        "training: {epochs: 2, batch-size: 16}",
        "sweep: {training.epochs: " + epochs + "}",
        "");
  }

  private Reprise place(String study) throws IOException {
    Files.writeString(folder.resolve("tiny.yaml"), study);
    return new Reprise(folder);
  }

  @Test
  void twoAndThreeEndWhereOneEnds() throws IOException {
    Reprise reprise = place(study("[0, 2]"));
    reprise.run("run", "tiny.yaml", "--set", "output=one").succeeded();
    Reprise.Result two =
        reprise.run("run", "tiny.yaml", "--set", "output=two", "--workers", "2").succeeded();
    assertThat(two.out()).contains("test last").doesNotContain("Gloo");
    asAClusterStartsThem(reprise, 3, "run", "tiny.yaml", "--set", "output=three");
    List<Path> one = runs("one");
    assertThat(one).hasSize(2);
    for (String shared : List.of("two", "three")) {
      List<Path> runs = runs(shared);
      assertThat(runs.stream().map(Path::getFileName).toList())
          .isEqualTo(one.stream().map(Path::getFileName).toList());
      // nothing learned but the first mapping: it and all figures are the same to the last bit
      Records.assertSame(runs.get(0), one.get(0));
      assertClose(runs.get(1), one.get(1));
      JsonNode sessions = Records.provenance(runs.get(1)).path("sessions");
      assertThat(sessions).hasSize(1);
      assertThat(sessions.get(0).path("workers").asInt()).isEqualTo(shared.equals("two") ? 2 : 3);
    }
  }

  /** Sorted by label: 0 epochs, 2 epochs. */
  private List<Path> runs(String output) throws IOException {
    try (var entries = Files.list(folder.resolve(output).resolve("tiny"))) {
      return entries
          .filter(entry -> Files.exists(entry.resolve("provenance.json")))
          .sorted()
          .toList();
    }
  }

  private static void assertClose(Path run, Path expected) throws IOException {
    List<JsonNode> epochs = Records.metrics(run);
    List<JsonNode> others = Records.metrics(expected);
    assertThat(epochs).hasSameSizeAs(others).hasSize(2);
    for (int i = 0; i < 2; i++) {
      for (String figure : List.of("train_loss", "test_loss", "train_accuracy", "test_accuracy")) {
        double found = epochs.get(i).path(figure).asDouble(Double.NaN);
        assertThat(found).isFinite();
        assertThat(found)
            .as(figure)
            .isCloseTo(others.get(i).path(figure).asDouble(Double.NaN), within(1e-4));
      }
    }
    try (PointerScope scope = new PointerScope()) {
      var tensors = Checkpoint.read(run.resolve("checkpoints"), "last").tensors();
      var of = Checkpoint.read(expected.resolve("checkpoints"), "last").tensors();
      for (String name : List.of("mapper.matrix", "mapper.next.matrix", "prompt.program")) {
        TensorAssertions.assertClose(name, tensors.get(name), of.get(name), 1e-3, 0);
      }
    }
  }

  /** By what srun tells its tasks; the processes of --workers go by torchrun's names. */
  private static void asAClusterStartsThem(Reprise reprise, int size, String... command)
      throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    reprise.with("SLURM_STEP_NUM_TASKS", Integer.toString(size)).with("OMP_NUM_THREADS", "1");
    reprise.with("SLURM_STEP_NODELIST", "localhost").with("MASTER_PORT", Integer.toString(port));
    List<Reprise.Running> all = new ArrayList<>();
    for (int rank = size - 1; rank >= 0; rank--) {
      all.add(reprise.with("SLURM_PROCID", Integer.toString(rank)).start(command));
    }
    for (Reprise.Running each : all) {
      each.await().succeeded();
    }
  }

  @ParameterizedTest
  @CsvSource({"KILL, killed (SIGKILL)", "STOP, has not answered for 8 s"})
  void whereOneIsGoneAllEndAndTheRunCanBeGoneOnWith(String signal, String reason)
      throws IOException, InterruptedException {
    Reprise reprise = place(study("[60]"));
    Reprise.Running running =
        reprise
            .start("run", "tiny.yaml", "--workers", "2", "--worker-timeout", "8")
            .awaitErr("epoch 1/60  loss");
    ProcessHandle other = worker(running.process(), 1);
    ProcessHandle first = worker(running.process(), 0);
    new ProcessBuilder("kill", "-" + signal, Long.toString(other.pid())).start().waitFor();

    Reprise.Result ended = running.await();

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    assertThat(ended.err().lines().filter(line -> line.startsWith("reprise: ")))
        .singleElement()
        .asString()
        .contains("worker", reason, "go on with: reprise resume runs/tiny/");
    assertThat(other.isAlive()).isFalse();
    assertThat(first.isAlive()).isFalse();
    Path run = runs("runs").get(0);
    assertThat(reprise.run("runs", "runs").succeeded().out()).contains("incomplete");
    assertThat(Checkpoint.exists(run.resolve("checkpoints"), "last")).isTrue();
  }

  static ProcessHandle worker(Process parent, int rank) throws IOException {
    for (ProcessHandle child : parent.children().toList()) {
      Path environment = Path.of("/proc", Long.toString(child.pid()), "environ");
      if (List.of(new String(Files.readAllBytes(environment), UTF_8).split("\0"))
          .contains("RANK=" + rank)) {
        return child;
      }
    }
    throw new AssertionError("no worker " + rank);
  }

  @Test
  void whatCannotBeSharedIsRefused() throws IOException {
    Reprise reprise = place(study("[2]"));
    assertRefused(reprise, "--workers 0", "--workers", "0");
    assertRefused(reprise, "16 samples cannot be shared by 17 workers", "--workers", "17");
    assertRefused(reprise, "leave out --jobs", "--workers", "2", "--jobs", "2");
    assertRefused(reprise, "batch norm", "--workers", "2", "--set", "prompt={name: smm, size: 48}");
    assertThat(folder.resolve("runs/tiny/jobs")).doesNotExist();
    reprise.with("WORLD_SIZE", "2").with("MASTER_ADDR", "127.0.0.1").with("MASTER_PORT", "1");
    assertRefused(reprise, "RANK: a number from 0 to 1", "--progress", "none");
  }

  private static void assertRefused(Reprise reprise, String reason, String... options) {
    List<String> words = new ArrayList<>(List.of("run", "tiny.yaml"));
    words.addAll(List.of(options));
    Reprise.Result refused = reprise.run(words.toArray(String[]::new));
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err()).contains(reason);
  }
}
