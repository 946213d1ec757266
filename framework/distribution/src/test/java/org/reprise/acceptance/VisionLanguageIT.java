package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
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
    reprise = new Reprise(folder).with("REPRISE_CACHE", folder.resolve("cache").toString());
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
    Path runs = timeFolder("learn");
    for (String mapper : MAPPERS) {
      List<JsonNode> epochs = Records.metrics(runs.resolve(mapper));
      assertThat(epochs).hasSize(3);
      double first = epochs.get(0).path("train_loss").asDouble();
      assertThat(first).isPositive();
      assertThat(epochs.get(2).path("train_loss").asDouble()).as(mapper).isLessThan(first);
    }
    // 81 templates for each class: what the default says is what was learned with
    reprise.run("evaluate", runs.toString()).succeeded();
    String before = Files.readString(runs.resolve("blm/metrics.jsonl"));
    reprise.run("resume", runs.toString()).succeeded();
    assertThat(runs.resolve("blm/metrics.jsonl")).hasContent(before);
  }

  @Test
  void classifiesWithoutTraining() throws IOException {
    Files.writeString(
        folder.resolve("zero.yaml"), experiment("zero", "none", "[text, blm]", "{epochs: 0}"));
    Reprise.Result result = reprise.run("run", "zero.yaml").succeeded();
    assertThat(result.err()).contains("text without training").doesNotContain("NaN");
    Path runs = timeFolder("zero");
    for (String mapper : List.of("text", "blm")) {
      List<JsonNode> lines = Records.metrics(runs.resolve(mapper));
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0).path("epoch").asInt(-1)).isZero();
      assertThat(lines.get(0).has("train_loss")).isFalse();
      double accuracy = lines.get(0).path("test_accuracy").asDouble(-1);
      assertThat(accuracy).isBetween(0.0, 1.0);
      assertThat(result.out())
          .contains(String.format(java.util.Locale.ROOT, "%.2f%%", 100 * accuracy));
      assertThat(reprise.run("evaluate", runs.resolve(mapper).toString()).succeeded().out())
          .contains(String.format(java.util.Locale.ROOT, "%.2f%%", 100 * accuracy));
      assertThat(runs.resolve(mapper + "/report.html")).content().doesNotContain("NaN");
    }
    String before = Files.readString(runs.resolve("text/metrics.jsonl"));
    reprise.run("resume", runs.toString()).succeeded();
    assertThat(runs.resolve("text/metrics.jsonl")).hasContent(before);
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

  /** 81 templates of 397 classes: 32,157 source labels; features as long as those of ViT-B/32. */
  @Test
  void theLargestTaskAddsLessThanOneGibibyte(@TempDir Path place) throws IOException {
    TinyClip.write(place, 512);
    for (String split : List.of("train", "test")) {
      for (int target = 0; target < 397; target++) {
        Path label = place.resolve("data/" + split + "/class" + target);
        Files.createDirectories(label);
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        image.setRGB(target % 8, target / 8 % 8, 0x1234567 * target);
        ImageIO.write(image, "png", label.resolve("image.png").toFile());
      }
    }
    String yaml =
        experiment("large", "{name: watermark, pad: 4}", "[ilm, blm, blm++]", "{epochs: 2}")
            .replaceFirst(
                "dataset: .*", "dataset: {name: image-folder, path: data, image-size: 8}");
    Files.writeString(place.resolve("large.yaml"), yaml);
    Files.writeString(
        place.resolve("small.yaml"),
        yaml.replace("name: large", "name: small")
            .replace("vocabulary.txt", "vocabulary.txt, templates: [\"{}\"]"));
    long small = peak(place, "small");
    long large = peak(place, "large");
    System.out.printf(
        "VisionLanguageIT: peak memory %.0f MiB with 397 source labels, %.0f MiB with 32157%n",
        small / 1048576.0, large / 1048576.0);
    assertThat(large - small).isPositive().isLessThan(1L << 30);
  }

  private static long peak(Path place, String name) throws IOException {
    Reprise here = new Reprise(place).with("REPRISE_CACHE", place.resolve("cache").toString());
    here.run("run", name + ".yaml").succeeded();
    try (Stream<Path> folders = Files.list(place.resolve("runs").resolve(name))) {
      List<JsonNode> epochs =
          Records.metrics(folders.findFirst().orElseThrow().resolve("blm++")); // the last one
      return epochs.get(1).path("peak_memory_bytes").asLong();
    }
  }

  private static List<Path> cached() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache/text-features"))) {
      return files.sorted().toList();
    }
  }

  private static Path timeFolder(String name) throws IOException {
    try (Stream<Path> folders = Files.list(folder.resolve("runs").resolve(name))) {
      return folders.max(java.util.Comparator.naturalOrder()).orElseThrow();
    }
  }
}
