package org.reprise.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.safetensors.Safetensors;

/** Every command, on an experiment of three runs of which one mapper occurs twice. */
class CommandsIT {
  private static final List<String> RUNS = List.of("blm", "ilm", "blm-2");

  @TempDir static Path folder;
  private static Reprise reprise;
  private static Path experiment;

  @BeforeAll
  static void runExperiment() throws IOException {
    reprise = new Reprise(folder);
    String mapping = "[blm, ilm, {name: blm, laplace: 0.1}]";
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny(mapping, 64, 2));
    reprise.run("run", "tiny.yaml").succeeded();
    experiment = folder.relativize(reprise.tiny());
  }

  /** Also where the system has another libtorch: the linker takes what is unpacked beside. */
  @Test
  void startsWithNothingUnpackedYet(@TempDir Path natives) throws IOException {
    Reprise first =
        new Reprise(folder)
            .with("REPRISE_JAVA_OPTS", "-Dorg.bytedeco.javacpp.cachedir=" + natives.toRealPath());
    assertThat(first.start("doctor").await().succeeded().out())
        .contains("libtorch", natives.toString());
  }

  @Test
  void runDirectoryHoldsItsRecords() throws IOException {
    for (String run : RUNS) {
      Path directory = reprise.runOf(run);
      assertThat(directory.resolve("experiment.yaml")).content().contains("name: \"tiny\"");
      JsonNode provenance =
          new ObjectMapper().readTree(directory.resolve("provenance.json").toFile());
      assertThat(provenance.path("seed").asInt()).isEqualTo(3);
      assertThat(provenance.path("id").asText()).startsWith(idOf(directory)).hasSize(64);
      assertThat(provenance.path("sessions").get(0).path("device").asText()).isEqualTo("cpu");
      assertThat(Records.metrics(directory)).hasSize(2);
      assertThat(directory.resolve("report.html")).content().contains("<html", "</html>");
      for (String name : List.of("last", "best")) {
        assertThat(directory.resolve("checkpoints/" + name + ".safetensors")).isNotEmptyFile();
      }
    }
    assertThat(reprise.runOf("blm-2").resolve("experiment.yaml"))
        .content()
        .contains("laplace: 0.1");
    try (Stream<Path> files = Files.walk(folder.resolve("runs"))) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @Test
  void runsAreComparedByTheirRecords() throws IOException {
    List<JsonNode> ilm = Records.metrics(reprise.runOf("ilm"));
    double accuracy = 100 * ilm.get(ilm.size() - 1).path("test_accuracy").asDouble();
    assertThat(
            reprise.run("compare", "tiny.yaml", "--figures", "accuracy,macro-f1").succeeded().out())
        .contains("blm laplace=0.1", "blm laplace=1", "macro-F1 [%], last epoch")
        .contains(String.format(Locale.ROOT, "%.2f (1)", accuracy))
        .contains("permutation test is 1, so no difference can be told", "McNemar's exact test");
    assertThat(
            reprise
                .run("diff", reprise.runOf("blm").toString(), reprise.runOf("blm-2").toString())
                .succeeded()
                .out())
        .contains("mapping.laplace: 1.0 | 0.1", "test images, after the last epoch");
  }

  @Test
  void noRunOverwritesAnother() throws IOException {
    String[] blm = {"run", "tiny.yaml", "--set", "name=again", "--set", "mapping=blm"};
    reprise.run(blm).succeeded();
    Path again = folder.resolve("runs/again");
    Map<String, String> before = Records.contents(Reprise.run(again, "blm"));

    reprise.run(with(blm, "--set", "training.epochs=1")).succeeded();
    reprise.run(with(blm, "--again")).succeeded();

    assertThat(Reprise.runs(again, "blm"))
        .hasSize(3)
        .anyMatch(run -> run.getFileName().toString().endsWith("-2"));
    assertThat(Records.contents(again)).containsAllEntriesOf(before);
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void trainsInFloat16() throws IOException {
    String[] half = {"run", "tiny.yaml", "--set", "name=half", "--set", "mapping=ilm"};
    Reprise.Result run = reprise.run(with(half, "--set", "precision=fp16")).succeeded();
    assertThat(run.err()).contains("precision: fp16 is for GPUs");
    Path directory = Reprise.run(folder.resolve("runs/half"), "ilm");
    assertThat(Records.metrics(directory)).hasSize(2);
    assertThat(directory.resolve("provenance.json")).content().contains("\"precision\" : \"fp16\"");
    assertThat(Files.readString(directory.resolve("checkpoints/last.safetensors"), ISO_8859_1))
        .contains("loss-scale.scale");
  }

  @Test
  void evaluateFindsTheRecordedAccuracies() throws IOException {
    Reprise.Result one = reprise.run("evaluate", relative("ilm").toString()).succeeded();
    Reprise.Result all = reprise.run("evaluate", experiment.toString()).succeeded();

    assertThat(one.out()).hasLineCount(1).contains(evaluation("ilm"));
    assertThat(all.out()).hasLineCount(RUNS.size());
    for (String run : RUNS) {
      assertThat(all.out()).contains(evaluation(run));
    }
  }

  private static Path relative(String label) throws IOException {
    return folder.relativize(reprise.runOf(label));
  }

  private static String idOf(Path run) {
    String name = run.getFileName().toString();
    return name.substring(name.lastIndexOf('-') + 1);
  }

  private static String evaluation(String run) throws IOException {
    Path directory = relative(run);
    double accuracy =
        Records.metrics(folder.resolve(directory)).get(1).path("test_accuracy").asDouble();
    return String.format(
        Locale.ROOT,
        "%s (last checkpoint, epoch 2): %.2f%% (%d of 32 test samples)",
        directory,
        100 * accuracy,
        Math.round(32 * accuracy));
  }

  @Test
  void predictNamesLabelAndCarriersAndGoesOnAfterABadImage() throws IOException {
    BufferedImage image = new BufferedImage(40, 24, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.LIGHT_GRAY);
    graphics.fillOval(8, 4, 16, 16);
    graphics.dispose();
    ImageIO.write(image, "png", folder.resolve("disc.png").toFile());
    Files.writeString(folder.resolve("text.png"), "no image");

    Reprise.Result result =
        reprise.run("predict", relative("blm").toString(), "text.png", "disc.png");

    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).contains("text.png");
    assertThat(result.out())
        .containsPattern(
            "\\Adisc\\.png: (\\S.* [01]\\.\\d{3}(, )?)+\n( +\\d\\.\\d{4} x \\d\\.\\d{4}  .+\n){3}"
                + "image: labels .*\n +weight .*\n\\z");

    Path images = Files.createDirectories(folder.resolve("images/below"));
    Files.copy(folder.resolve("disc.png"), images.resolve("b.png"));
    Files.copy(folder.resolve("disc.png"), folder.resolve("images/a.png"));
    Reprise.Result table =
        reprise
            .run("predict", relative("blm").toString(), "images", "--format", "csv", "--top", "1")
            .succeeded();
    assertThat(table.out())
        .containsPattern(
            "\\Aimage,rank,label,probability\nimages/a\\.png,1,.*\nimages/below/b\\.png,1,.*\n\\z");
    assertThat(
            reprise
                .run("predict", relative("blm").toString(), "images/*.png", "--format", "json")
                .succeeded()
                .out())
        .startsWith("[\n{\"image\": \"images/a.png\", \"labels\": [{\"label\": ")
        .endsWith("]}\n]\n");
  }

  @Test
  void whatARunCannotBeAskedIsSaid() throws IOException {
    String run = relative("blm").toString();
    assertWrong(
        reprise.run("evaluate", run, "--data", "."),
        "--data .: the run's data set \"shapes\" is not read from files");
    assertWrong(
        reprise.run("predict", run, "disc.png", "--carriers", "-1"),
        "--carriers: must be at least 0, found -1");
    assertWrong(
        reprise.run("predict", run, "disc.png", "--top", "0"),
        "--top: must be at least 1, found 0");
    assertWrong(reprise.run("predict", experiment.toString(), "x.png"), "holds 3 runs; name one");
  }

  private static void assertWrong(Reprise.Result result, String message) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).startsWith("reprise: ").contains(message).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void anOldJavaIsNamed() throws IOException {
    Path java = Files.createDirectories(folder.resolve("jdk-11/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho started\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(
        folder.resolve("jdk-11/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
    Reprise old = new Reprise(folder).with("JAVA_HOME", folder.resolve("jdk-11").toString());
    assertWrong(old.start("doctor").await(), "is Java 11; a JDK 17 or later is needed");
  }

  @Test
  void pluginsDescribeDoctorAndVersion() {
    assertThat(reprise.run("plugins", "describe", "blmpp").succeeded().out())
        .contains("mapper blm++", "laplace: number, default 1", "top-k-ratio", "top-k: integer");
    assertThat(reprise.run("plugins").succeeded().out())
        .contains("mapper rlm", "mapper linear", "prompt watermark", "backbone shapenet");
    assertThat(reprise.run("doctor").succeeded().out())
        .contains("java ", "libtorch ", "gpu ", "cache ", "plugins ", "malloc      keeps")
        .containsPattern("kernels +CPU: \\S.*\n")
        .containsPattern("kernels +CUDA: \\S.*\n")
        .containsPattern("counting +(CPU|CUDA) kernels|counting +libtorch operations \\(");
    assertThat(reprise.run("--version").succeeded().out()).matches("reprise \\d+\\.\\d+\\.\\d+\n");
  }

  @Test
  void benchCountsAPassInConstantMemory() throws IOException {
    Path json = folder.resolve("pass.json");
    assertThat(
            reprise
                .run("bench", "kernel", "--rows", "20000", "--json", json.toString())
                .succeeded()
                .out())
        .contains("20000 rows of 1000 logits", "peak resident memory");
    assertThat(Files.readString(json))
        .contains("\"rows\" : 20000", "\"counting\" : ", "\"peak_after\" : ");
    Reprise.Result refused = reprise.run("bench", "kernel", "--rounds", "0");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("--rounds: must be at least 1, found 0");
  }

  @Test
  void mappingFitAgreesWithCountingByHand() throws IOException {
    int samples = 400;
    int sources = 20;
    int targets = 5;
    Random random = new Random(7);
    float[] logits = new float[samples * sources];
    long[] labels = new long[samples];
    long[] joint = new long[sources * targets];
    for (int row = 0; row < samples; row++) {
      labels[row] = random.nextInt(targets);
      int best = 0;
      for (int s = 0; s < sources; s++) {
        logits[row * sources + s] = (float) random.nextGaussian();
        if (logits[row * sources + s] > logits[row * sources + best]) {
          best = s;
        }
      }
      joint[best * targets + (int) labels[row]]++;
    }
    Evidence.write(folder.resolve("evidence.safetensors"), logits, labels);

    assertThat(fit("blm", "counts", joint.length)).isEqualTo(joint);
    assertThat(fit("ilm", "sequence", targets)).isEqualTo(greedy(joint.clone(), targets));
  }

  private static long[] fit(String mapper, String tensor, int length) throws IOException {
    String output = mapper + ".safetensors";
    String[] command = {
      "mapping",
      "fit",
      "--mapper",
      mapper,
      "--classes",
      "5",
      "--evidence",
      "evidence.safetensors",
      "--output",
      output
    };
    reprise.run(command).succeeded();
    try (PointerScope scope = new PointerScope()) {
      Tensor found = Safetensors.read(folder.resolve(output)).get(tensor);
      assertThat(found.numel()).isEqualTo(length);
      long[] values = new long[length];
      found.data_ptr_long().get(values);
      return values;
    }
  }

  private static long[] greedy(long[] joint, int targets) {
    long[] sequence = new long[targets];
    for (int step = 0; step < targets; step++) {
      int best = 0;
      for (int cell = 1; cell < joint.length; cell++) {
        if (joint[cell] > joint[best]) {
          best = cell;
        }
      }
      int source = best / targets;
      int target = best % targets;
      sequence[target] = source;
      for (int cell = 0; cell < joint.length; cell++) {
        if (cell / targets == source || cell % targets == target) {
          joint[cell] = -1;
        }
      }
    }
    return sequence;
  }
}
