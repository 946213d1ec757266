package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.safetensors.Safetensors;

/** Checkpoints of the reference code, made by scripts/make-reference-checkpoints.py. */
class ImportIT {
  @TempDir static Path folder;
  private static Reprise reprise;

  @BeforeAll
  static void experiment() throws IOException {
    reprise = new Reprise(folder);
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("[ilm, blm++]", 64, 3));
    for (String name : new String[] {"best-ilm.pth", "best-blmpp.pth", "other.pth"}) {
      Files.copy(Path.of("src/test/resources/reference", name), folder.resolve(name));
    }
  }

  private static Reprise.Result imported(String file, String mapping, String... settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of("import", file, "--experiment", "tiny.yaml", "--set", "mapping=" + mapping));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return reprise.run(arguments.toArray(String[]::new));
  }

  private static Path importedRun(String file, String mapping) {
    return Path.of(imported(file, mapping).succeeded().out().strip());
  }

  private static void assertTensors(Path run, String mapping) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors =
          Safetensors.read(folder.resolve(run).resolve("checkpoints/last.safetensors")).tensors();
      float[] program = new float[3 * 48 * 48];
      tensors.get("prompt.program").data_ptr_float().get(program);
      for (int i = 0; i < program.length; i++) {
        assertThat(program[i]).as("program at %d", i).isEqualTo((i % 17 - 8) / 8f);
      }
      if (mapping.equals("ilm")) {
        long[] sequence = new long[8];
        tensors.get("mapper.sequence").data_ptr_long().get(sequence);
        assertThat(sequence).containsExactly(1, 6, 11, 16, 21, 26, 31, 36);
      } else {
        float[] matrix = new float[64 * 8];
        tensors.get("mapper.matrix").data_ptr_float().get(matrix);
        for (int i = 0; i < matrix.length; i++) {
          assertThat(matrix[i]).as("matrix at %d", i).isEqualTo((i / 8 + i % 8) % 5 / 128f);
        }
      }
    }
  }

  private static void assertWorks(String file, String mapping) throws IOException {
    Path run = importedRun(file, mapping);
    Path directory = folder.resolve(run);

    assertTensors(run, mapping);
    JsonNode line = Records.metrics(directory).get(0);
    assertThat(line.path("epoch").asInt()).isEqualTo(2);
    assertThat(line.path("test_accuracy").asDouble()).isEqualTo(0.4375);
    assertThat(directory.resolve("report.html"))
        .content()
        .contains("43.75 %", "imported", "not recorded")
        .doesNotContain("NaN");
    JsonNode provenance =
        new ObjectMapper().readTree(directory.resolve("provenance.json").toFile());
    assertThat(provenance.path("imported_from").path("sha256").asText()).hasSize(64);

    for (String checkpoint : new String[] {"last", "best"}) {
      assertThat(
              reprise.run("evaluate", run.toString(), "--checkpoint", checkpoint).succeeded().out())
          .contains("(" + checkpoint + " checkpoint, epoch 2)", "of 32 test samples");
    }
    assertThat(reprise.run("resume", run.toString()).succeeded().out()).contains(mapping);
    assertThat(Records.metrics(directory)).hasSize(2);
    assertThat(Records.metrics(directory).get(1).path("epoch").asInt()).isEqualTo(3);
    assertThat(directory.resolve("report.html")).content().doesNotContain("NaN");
  }

  @Test
  void aOneToOneMappingIsEvaluatedAndGoneOnWith() throws IOException {
    assertWorks("best-ilm.pth", "ilm");
  }

  @Test
  void aMatrixIsEvaluatedAndGoneOnWith() throws IOException {
    assertWorks("best-blmpp.pth", "blm++");
  }

  @Test
  void whatDoesNotFitIsSaid() {
    assertWrong(imported("best-ilm.pth", "blm++"), "does not fit", "\"matrix\"");
    assertWrong(
        imported("best-ilm.pth", "ilm", "dataset.image-size=32"),
        "best-ilm.pth does not fit the experiment: its mask [3, 48, 48]",
        "5,184 values be learned",
        "32x32 images",
        "learns 3,840");
    assertWrong(imported("other.pth", "ilm"), "not a checkpoint of the reference code", "model");
    assertWrong(imported("tiny.yaml", "ilm"), "tiny.yaml: not a file of weights");
    assertWrong(imported("none.pth", "ilm"), "none.pth: no such file");
    assertWrong(
        reprise.run("import", "best-ilm.pth", "--experiment", "tiny.yaml"),
        "lists 2 mappings",
        "--set mapping=ilm");
    assertWrong(imported("best-ilm.pth", "ilm", "training.epochs=1"), "its mapping is of epoch 2");
  }

  private static void assertWrong(Reprise.Result result, String... messages) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(messages).doesNotContain("Exception");
  }
}
