package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vision-language runs with a made-up CLIP model. */
class VisionLanguageIT {
  private static final List<String> MAPPERS = List.of("ilm", "blm", "blm++", "text");

  @TempDir static Path folder;
  private static Reprise reprise;

  @BeforeAll
  static void writeModel() throws IOException {
    TinyClip.write(folder, 16);
    reprise = new Reprise(folder);
  }

  private static String experiment(String name, String prompt, String mapping, String training) {
    return String.join(
        "\n",
        "name: " + name,
        "seed: 3",
        "device: cpu",
        "dataset: {name: shapes, train: 96, validation: 0, test: 32}",
        "backbone: {name: clip, weights: clip.safetensors, vocabulary: vocabulary.txt}",
        "prompt: " + prompt,
        "mapping: " + mapping,
        "training: " + training,
        "output: runs",
        "");
  }

  @Test
  void learnsPromptsForEveryMapping() throws IOException {
    Files.writeString(
        folder.resolve("learn.yaml"),
        experiment(
            "learn",
            "{name: watermark, pad: 4}",
            "[ilm, blm, blm++, text]",
            "{epochs: 3, batch-size: 32, optimizer: {name: sgd, lr: 5, momentum: 0.9},"
                + " schedule: {name: cosine}}"));
    Reprise.Result result = reprise.run("run", "learn.yaml").succeeded();
    assertThat(result.out()).contains(MAPPERS);
    Path runs = folder.resolve("runs/learn");
    for (String mapper : MAPPERS) {
      List<JsonNode> epochs = Records.metrics(Reprise.run(runs, mapper));
      assertThat(epochs).hasSize(3);
      double first = epochs.get(0).path("train_loss").asDouble();
      assertThat(first).isPositive();
      assertThat(epochs.get(2).path("train_loss").asDouble()).as(mapper).isLessThan(first);
    }
    // 81 templates for each class: what the default says is what was learned with
    reprise.run("evaluate", runs.toString()).succeeded();
    String before = Files.readString(Reprise.run(runs, "blm").resolve("metrics.jsonl"));
    reprise.run("resume", runs.toString()).succeeded();
    assertThat(Reprise.run(runs, "blm").resolve("metrics.jsonl")).hasContent(before);
  }

  @Test
  void classifiesWithoutTraining() throws IOException {
    Files.writeString(
        folder.resolve("zero.yaml"), experiment("zero", "none", "[text, blm]", "{epochs: 0}"));
    Reprise.Result result = reprise.run("run", "zero.yaml").succeeded();
    assertThat(result.err()).contains("text without training").doesNotContain("NaN");
    Path runs = folder.resolve("runs/zero");
    for (String mapper : List.of("text", "blm")) {
      List<JsonNode> lines = Records.metrics(Reprise.run(runs, mapper));
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0).path("epoch").asInt(-1)).isZero();
      assertThat(lines.get(0).has("train_loss")).isFalse();
      double accuracy = lines.get(0).path("test_accuracy").asDouble(-1);
      assertThat(accuracy).isBetween(0.0, 1.0);
      assertThat(result.out())
          .contains(String.format(java.util.Locale.ROOT, "%.2f%%", 100 * accuracy));
      assertThat(reprise.run("evaluate", Reprise.run(runs, mapper).toString()).succeeded().out())
          .contains(String.format(java.util.Locale.ROOT, "%.2f%%", 100 * accuracy));
      assertThat(Records.page(Reprise.run(runs, mapper))).doesNotContain("NaN");
    }
    String before = Files.readString(Reprise.run(runs, "text").resolve("metrics.jsonl"));
    reprise.run("resume", runs.toString()).succeeded();
    assertThat(Reprise.run(runs, "text").resolve("metrics.jsonl")).hasContent(before);
  }

  @Test
  void trainingNothingIsAnError() throws IOException {
    Files.writeString(
        folder.resolve("nothing.yaml"), experiment("nothing", "none", "text", "{epochs: 2}"));
    Reprise.Result result = reprise.run("run", "nothing.yaml");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("nothing to train", "training.epochs: 0");
  }

  @Test
  void textFeaturesAreMadeOnce() throws IOException {
    Files.writeString(
        folder.resolve("cached.yaml"), experiment("cached", "none", "text", "{epochs: 0}"));
    reprise.run("run", "cached.yaml").succeeded();
    List<Path> files = cached();
    assertThat(files).isNotEmpty();
    FileTime made = Files.getLastModifiedTime(files.get(0));
    reprise.run("run", "cached.yaml").succeeded();
    assertThat(cached()).isEqualTo(files);
    assertThat(Files.getLastModifiedTime(files.get(0))).isEqualTo(made);
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Files.writeString(
        folder.resolve("missing.yaml"),
        experiment("missing", "none", "text", "{epochs: 0}")
            .replace("vocabulary.txt", "nowhere.txt"));
    Reprise.Result result = reprise.run("run", "missing.yaml");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("backbone.vocabulary", "nowhere.txt: no such file");
  }

  private static List<Path> cached() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache/text-features"))) {
      return files.sorted().toList();
    }
  }
}
