package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a network is executed, as a user asks for it and sees it. */
class ExecutionIT {
  @TempDir Path folder;

  @Test
  void benchComparesBothExecutionsAndSaysWhatIsPlain() throws IOException {
    Path json = folder.resolve("execution.json");
    Reprise.Result result =
        new Reprise(folder)
            .run(
                "bench",
                "execution",
                "--network",
                "cifar-resnet20",
                "--image",
                "4,32",
                "--batch",
                "3",
                "--rounds",
                "1",
                "--json",
                json.toString())
            .succeeded();
    assertThat(result.out())
        .contains("cifar-resnet20         4     3 fp32", "training", "evaluation")
        .contains("plain: what depends on windows of 32x32 covers its first maps of 32x32");
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    List<JsonNode> rows = List.of(root.at("/results/0"), root.at("/results/1"));
    assertThat(rows)
        .extracting(row -> row.path("pass").asText())
        .containsExactly("training", "evaluation");
    for (JsonNode row : rows) {
      assertThat(row.path("network").asText()).isEqualTo("cifar-resnet20");
      assertThat(row.path("image").asInt()).isEqualTo(4);
      assertThat(row.path("batch").asInt()).isEqualTo(3);
      assertThat(row.path("precision").asText()).isEqualTo("fp32");
      assertThat(row.path("ratio").asDouble())
          .isEqualTo(row.path("plain_seconds").asDouble() / row.path("shared_seconds").asDouble())
          .isPositive();
      assertThat(row.path("plain_multiply_adds").asLong())
          .isGreaterThan(row.path("shared_multiply_adds").asLong());
      assertThat(row.path("plain_kept_bytes").asLong())
          .isGreaterThan(row.path("shared_kept_bytes").asLong());
      assertThat(row.path("plain_peak_bytes").asLong()).isGreaterThan(50_000_000);
      assertThat(row.path("shared_peak_bytes").asLong()).isGreaterThan(50_000_000);
    }
    assertThat(root.at("/plain/0/image").asInt()).isEqualTo(32);
  }

  private static final String EXPERIMENT =
      """
      name: %s
      execution: %s
      dataset: {name: shapes, train: 96, validation: 0, test: 24, data-seed: 1, image-size: 16}
      backbone: shapenet
      prompt: {name: padding, size: 48}
      mapping: [blm++]
      training: {epochs: 3, batch-size: 16, optimizer: {name: adam, lr: 0.01}}
      output: runs
      """;

  private Path run(Reprise reprise, String name, String execution) throws IOException {
    Files.writeString(folder.resolve(name + ".yaml"), EXPERIMENT.formatted(name, execution));
    reprise.run("run", name + ".yaml", "--progress", "none").succeeded();
    return theRun(name);
  }

  private Path theRun(String name) throws IOException {
    try (Stream<Path> runs = Files.list(folder.resolve("runs").resolve(name))) {
      return runs.filter(Files::isDirectory).findFirst().orElseThrow();
    }
  }

  private static JsonNode executed(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("provenance.json").toFile()).path("executed");
  }

  /** A run that is killed, and one whose record says what nobody would choose today. */
  @Test
  void whatAutoHasChosenIsKeptWhenARunGoesOn() throws IOException, InterruptedException {
    Reprise reprise = new Reprise(folder);
    Path whole = run(reprise, "whole", "auto");
    assertThat(executed(whole).path("execution").asText()).isEqualTo("shared-border");
    assertThat(executed(whole).path("because").asText()).contains("times fewer multiply-adds");

    Files.writeString(folder.resolve("killed.yaml"), EXPERIMENT.formatted("killed", "auto"));
    Reprise.Running running = reprise.start("run", "killed.yaml").awaitErr("epoch 1");
    running.process().destroyForcibly().waitFor();
    reprise.run("run", "killed.yaml").succeeded();
    assertThat(Records.timelessMetrics(theRun("killed"))).isEqualTo(Records.timelessMetrics(whole));

    Path plain = run(reprise, "plain", "plain");
    assertThat(executed(plain).path("execution").asText()).isEqualTo("plain");
    Path provenance = whole.resolve("provenance.json");
    String record = Files.readString(provenance);
    Files.writeString(
        provenance,
        record.replace("\"execution\" : \"shared-border\"", "\"execution\" : \"plain\""));
    for (String checkpoint : List.of("last", "best")) {
      Files.delete(whole.resolve("checkpoints").resolve(checkpoint + ".safetensors"));
    }
    reprise.run("resume", whole.toString()).succeeded();
    assertThat(executed(whole).path("execution").asText()).isEqualTo("plain");
    assertThat(Records.timelessMetrics(whole)).isEqualTo(Records.timelessMetrics(plain));
  }
}
