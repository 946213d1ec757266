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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.safetensors.Safetensors;

/** Checkpoints of the reference code, made by scripts/make-reference-checkpoints.py. */
class ImportIT {
  @TempDir static Path folder;
  private static Reprise reprise;

  @BeforeAll
  static void experiment() throws IOException {
    reprise = new Reprise(folder);
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("[ilm, blm++]", 64, 3));
    TinyClip.write(folder, 16);
    Files.writeString(
        folder.resolve("clip.yaml"),
        Reprise.tiny("[ilm, blm++]", 64, 3)
            .replace("name: tiny", "name: clip")
            .replace(
                "backbone: shapenet",
                "backbone: {name: clip, weights: clip.safetensors, vocabulary: vocabulary.txt,"
                    + " templates: [\"{}\", \"a {}\"]}")
            .replace("{name: padding, size: 48}", "{name: watermark, pad: 4}"));
    for (String name :
        List.of("best-ilm.pth", "best-blmpp.pth", "best-linear.pth", "best-vlm.pth", "other.pth")) {
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

  private static void assertTensors(Path run, String mapping) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors =
          Safetensors.read(folder.resolve(run).resolve("checkpoints/last.safetensors")).tensors();
      float[] program = new float[(int) tensors.get("prompt.program").numel()];
      tensors.get("prompt.program").data_ptr_float().get(program);
      for (int i = 0; i < program.length; i++) {
        assertThat(program[i]).as("program at %d", i).isEqualTo((i % 17 - 8) / 8f);
      }
      if (tensors.containsKey("mapper.sequence")) {
        long[] sequence = new long[8];
        tensors.get("mapper.sequence").data_ptr_long().get(sequence);
        assertThat(sequence).containsExactly(1, 6, 11, 16, 21, 26, 31, 36);
      } else {
        Tensor omega =
            mapping.equals("linear")
                ? tensors.get("mapper.weight").t().contiguous()
                : tensors.get("mapper.matrix");
        float[] matrix = new float[(int) omega.numel()];
        omega.data_ptr_float().get(matrix);
        for (int i = 0; i < matrix.length; i++) {
          assertThat(matrix[i]).as("matrix at %d", i).isEqualTo((i / 8 + i % 8) % 5 / 128f);
        }
      }
    }
  }

  private static void assertWorks(String file, String mapping) throws IOException {
    assertWorks(imported(file, mapping), mapping);
  }

  private static void assertWorks(Reprise.Result imported, String mapping) throws IOException {
    Path run = Path.of(imported.succeeded().out().strip());
    Path directory = folder.resolve(run);

    assertTensors(run, mapping);
    JsonNode line = Records.metrics(directory).get(0);
    assertThat(line.path("epoch").asInt()).isEqualTo(2);
    assertThat(line.path("test_accuracy").asDouble()).isEqualTo(0.4375);
    assertThat(Records.page(directory))
        .contains("\"test_accuracy\":0.4375", "\"imported\":true")
        .doesNotContainPattern("[:\\[,]-?NaN"); // a number, and not three letters of a picture
    JsonNode provenance =
        new ObjectMapper().readTree(directory.resolve("provenance.json").toFile());
    assertThat(provenance.path("spec").path("origin").path("digest").asText()).hasSize(64);

    for (String checkpoint : new String[] {"last", "best"}) {
      assertThat(
              reprise.run("evaluate", run.toString(), "--checkpoint", checkpoint).succeeded().out())
          .contains("(" + checkpoint + " checkpoint, epoch 2)", "of 32 test samples");
    }
    assertThat(reprise.run("resume", run.toString()).succeeded().out()).contains(mapping);
    assertThat(Records.metrics(directory)).hasSize(2);
    assertThat(Records.metrics(directory).get(1).path("epoch").asInt()).isEqualTo(3);
    assertThat(Records.page(directory)).doesNotContainPattern("[:\\[,]-?NaN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rlm", "flm", "ilm"})
  void aOneToOneMappingIsEvaluatedAndGoneOnWith(String mapping) throws IOException {
    assertWorks("best-ilm.pth", mapping);
  }

  @ParameterizedTest
  @ValueSource(strings = {"blm", "blm++"})
  void aMatrixIsEvaluatedAndGoneOnWith(String mapping) throws IOException {
    assertWorks("best-blmpp.pth", mapping);
  }

  /** The reference's layer has a bias but never adds it. */
  @Test
  void aTrainedLayerIsEvaluatedAndGoneOnWith() throws IOException {
    assertWorks(imported("best-linear.pth", "{name: linear, restrict: no-bias}"), "linear");
    assertWrong(imported("best-linear.pth", "linear"), "does not fit", "\"bias\"");
  }

  @Test
  void aVisionLanguageRunIsEvaluatedAndGoneOnWith() throws IOException {
    assertWorks(
        reprise.run(
            "import", "best-vlm.pth", "--experiment", "clip.yaml", "--set", "mapping=blm++"),
        "blm++");
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
