package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run is what made it: whatever of that changes, it is not gone on with as if nothing had. */
class IdentityIT {
  @TempDir Path folder;
  private Reprise reprise;

  @BeforeEach
  void prepare() throws IOException {
    reprise = new Reprise(folder);
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("[blm]", 64, 20));
  }

  /** Begins a run and stops it, with many epochs to come. */
  private Path begun(String... settings) throws IOException {
    Stream<String> arguments =
        Stream.concat(
            Stream.of("run", "tiny.yaml"),
            Stream.of(settings).flatMap(setting -> Stream.of("--set", setting)));
    reprise.start(arguments.toArray(String[]::new)).awaitErr("epoch 1/20").signal("TERM").await();
    Path run = reprise.runOf("blm");
    assertThat(Records.metrics(run)).hasSizeBetween(1, 19);
    return run;
  }

  @Test
  void aRunWhoseExperimentWasEditedIsRefused() throws IOException {
    Path run = begun();
    Path yaml = run.resolve("experiment.yaml");
    String begun = Files.readString(yaml);
    Map<String, String> edits =
        Map.of(
            "seed: 3 -> seed: 4", "seed: 3 before, 4 now",
            "batch-size: 32 -> batch-size: 16", "training.batch-size: 32 before, 16 now",
            "lr: 0.01 -> lr: 0.02", "training.optimizer.lr: 0.01 before, 0.02 now",
            "selection: \"last\" -> selection: \"test\"",
                "training.selection: last before, test now",
            "shuffle: true -> shuffle: false", "training.shuffle: true before, false now",
            // said before what differs
            "size: 48 -> size: 50", "takes images of 48x48");
    for (Map.Entry<String, String> edit : edits.entrySet()) {
      String[] words = edit.getKey().split(" -> ");
      String edited = begun.replace(words[0], words[1]);
      assertThat(edited).isNotEqualTo(begun);
      Files.writeString(yaml, edited);
      Map<String, String> contents = Records.contents(run);

      Reprise.Result result = reprise.run("resume", run.toString());

      assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
      assertThat(result.err()).contains(edit.getValue());
      assertThat(Records.contents(run)).isEqualTo(contents);
    }
  }

  @Test
  void whatWasBegunTwiceIsTwoRunsAndWhatIsCompleteIsLeft() throws IOException {
    Path run = begun();
    Reprise.Result other =
        reprise.run("run", "tiny.yaml", "--set", "seed=4", "--set", "training.epochs=1");
    assertThat(other.succeeded().out()).contains("blm");
    assertThat(Reprise.runs(reprise.tiny(), "blm")).hasSize(2);

    reprise.run("run", "tiny.yaml").succeeded(); // goes on with the first
    assertThat(Records.metrics(run)).hasSize(20);
    Map<String, String> complete = Records.contents(reprise.tiny());
    assertThat(reprise.run("run", "tiny.yaml").succeeded().err()).contains("complete already");
    reprise.run("resume", run.toString()).succeeded();
    assertThat(Records.contents(reprise.tiny())).isEqualTo(complete);
  }

  @Test
  void weightsMayMoveAndMayNotChange() throws IOException {
    byte[] weights = bundledWeights();
    Files.write(folder.resolve("mine.safetensors"), weights);
    Path run = begun("backbone={name: shapenet, weights: mine.safetensors}");
    Files.createDirectory(folder.resolve("elsewhere"));
    Path moved = folder.resolve("elsewhere/theirs.safetensors");
    Files.move(folder.resolve("mine.safetensors"), moved);
    Path yaml = run.resolve("experiment.yaml");
    String text = Files.readString(yaml);
    String there = text.replace(folder.resolve("mine.safetensors").toString(), moved.toString());
    assertThat(there).isNotEqualTo(text);
    Files.writeString(yaml, there);

    byte[] changed = weights.clone();
    changed[changed.length - 1] ^= 1;
    Files.write(moved, changed);
    Reprise.Result refused = reprise.run("resume", run.toString());
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err())
        .contains("backbone: ", "theirs.safetensors has changed since the run began: its SHA-256");

    Files.write(moved, weights);
    reprise.run("resume", run.toString()).succeeded();
    assertThat(Records.metrics(run)).hasSize(20);
  }

  @Test
  void aForkBeginsWhereTheOtherStands() throws IOException {
    reprise.run("run", "tiny.yaml", "--set", "training.epochs=2").succeeded();
    Path parent = reprise.runOf("blm");
    Map<String, String> before = Records.contents(parent);

    String[] longer = {"fork", parent.toString(), "--set", "training.epochs=4"};
    assertThat(reprise.run(longer).succeeded().out()).contains("Records: ");

    Path fork = Reprise.run(reprise.tiny(), "blm-fork");
    assertThat(Records.contents(parent)).isEqualTo(before);
    List<JsonNode> epochs = Records.metrics(fork);
    assertThat(epochs).hasSize(4);
    assertThat(epochs.subList(0, 2)).isEqualTo(Records.metrics(parent));
    JsonNode provenance = new ObjectMapper().readTree(fork.resolve("provenance.json").toFile());
    assertThat(provenance.path("spec").path("origin").path("kind").asText()).isEqualTo("fork");
    assertThat(reprise.run(longer).succeeded().err()).contains("complete already");
    assertThat(reprise.run("evaluate", fork.toString()).succeeded().out()).contains("epoch 4");

    Reprise.Result shorter = reprise.run("fork", parent.toString(), "--set", "training.epochs=1");
    assertThat(shorter.exitCode()).isEqualTo(2);
    assertThat(shorter.err()).contains("has trained 2 of the fork's 1 epochs already");
  }

  @Test
  void aRebuiltPluginDoesNotGetTheSamplesOfTheOldOne() throws IOException {
    Files.createDirectories(folder.resolve("pictures"));
    Files.writeString(folder.resolve("pictures/list.txt"), "4");
    String[] run = {
      "run",
      "tiny.yaml",
      "--plugins",
      "extra",
      "--set",
      "dataset={name: painted, path: pictures}",
      "--set",
      "training.epochs=1"
    };
    painted("200");
    reprise.run(run).succeeded();
    Path first = reprise.runOf("blm");
    painted("100");
    reprise.run(run).succeeded();
    List<Path> runs = Reprise.runs(reprise.tiny(), "blm");
    assertThat(runs).hasSize(2);
    Path second = runs.get(0).equals(first) ? runs.get(1) : runs.get(0);
    assertThat(samples(second)).isNotEqualTo(samples(first));
  }

  private static JsonNode samples(Path run) throws IOException {
    JsonNode samples =
        new ObjectMapper().readTree(run.resolve("provenance.json").toFile()).path("data_sha256");
    assertThat(samples.size()).isEqualTo(2);
    return samples;
  }

  private void painted(String red) throws IOException {
    String source =
        """
        import java.nio.file.Path;
        import java.util.*;
        import org.reprise.api.data.*;
        import org.reprise.api.options.Option;

        public final class Painted implements DatasetFactory<Painted.Options> {
          public record Options(@Option("a folder") Path path) {}
          public String name() { return "painted"; }
          public String description() { return "Pictures of one colour."; }
          public Class<Options> optionsType() { return Options.class; }
          public Dataset create(Options options, DatasetContext context) {
            context.input(options.path());
            return new Dataset() {
              public List<String> labels() { return List.of("a", "b"); }
              public int size(Split split) { return split == Split.VALIDATION ? 0 : 32; }
              public ImageSize imageSize() { return ImageSize.square(24); }
              public int label(Split split, int index) { return index % 2; }
              public EncodedSample read(Split split, int index) {
                byte[] rgb = new byte[24 * 24 * 3];
                Arrays.fill(rgb, (byte) (<red> + index));
                return new EncodedSample.Pixels(rgb, imageSize(), label(split, index), "painted");
              }
              public void close() {}
            };
          }
        }
        """
            .replace("<red>", red);
    new PluginJar("painted", "^2.0.0", "Painted", source).build(folder, folder.resolve("extra"));
  }

  private static byte[] bundledWeights() throws IOException {
    try (Stream<Path> files = Files.list(Reprise.INSTALLATION.resolve("plugins"))) {
      Path jar =
          files.filter(file -> file.toString().contains("quickstart")).findFirst().orElseThrow();
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        ZipEntry entry =
            zip.stream()
                .filter(found -> found.getName().endsWith(".safetensors"))
                .findFirst()
                .orElseThrow();
        try (InputStream stream = zip.getInputStream(entry)) {
          return stream.readAllBytes();
        }
      }
    }
  }
}
