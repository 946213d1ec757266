package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.safetensors.Safetensors;

/**
 * Wrong input: exit code 2, one message that says what, where and what was expected, nothing lost.
 */
class BadInputIT {
  @TempDir Path folder;
  private Reprise reprise;

  @BeforeEach
  void writeFiles() throws IOException {
    reprise = new Reprise(folder);
    String tiny = Reprise.tiny("[blm]", 64, 1);
    Files.writeString(folder.resolve("tiny.yaml"), tiny);
    Files.writeString(folder.resolve("typo.yaml"), tiny.replace("  epochs:", "  epoch:"));
    Files.writeString(folder.resolve("no.yaml"), "a: [1, {");
    Files.writeString(folder.resolve("cut.safetensors"), "cut off before its header ends");
    float[] logits = new float[60];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i % 7;
    }
    Evidence.write(folder.resolve("good.safetensors"), logits, new long[] {0, 1, 2});
    Evidence.write(folder.resolve("label.safetensors"), logits, new long[] {0, 1, 5});
    Evidence.write(folder.resolve("column.safetensors"), logits, new long[] {0, 1, 2}, 3, 1);
    Evidence.write(folder.resolve("empty.safetensors"), new float[0], new long[0], 0);
    logits[3] = Float.NaN;
    Evidence.write(folder.resolve("nan.safetensors"), logits, new long[] {0, 1, 2});
  }

  private record Case(String arguments, List<String> message) {
    Case(String arguments, String... message) {
      this(arguments, List.of(message));
    }

    @Override
    public String toString() {
      return arguments;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("run @typo.yaml", "typo.yaml:9:3: training.epoch: unknown key", "\"epochs\"?"),
        new Case("run @nothere.yaml", "nothere.yaml: no such file"),
        new Case("run @no.yaml", "no.yaml:1:9: not valid YAML"),
        new Case("run @tiny.yaml --set training.epochs=many", "integer was expected", "\"many\""),
        new Case("run @tiny.yaml --set training.epochs=-1", "0 or more, found -1"),
        new Case("run @tiny.yaml --set mapping=bml", "no mapper \"bml\"", "\"blm\"?"),
        new Case("run @tiny.yaml --set prompt=paddin", "no prompt \"paddin\"", "\"padding\"?"),
        new Case("run @tiny.yaml --set dataset=shape", "no dataset \"shape\"", "\"shapes\"?"),
        new Case("run @tiny.yaml --set backbone=shapnet", "no backbone", "\"shapenet\"?"),
        new Case("run @tiny.yaml --set nonsense", "--set nonsense: expected key=value"),
        new Case("run @tiny.yaml --set output=${NO_SUCH_THING}", "NO_SUCH_THING is not set"),
        new Case("run @tiny.yaml --set mapping={name:_blm++,top-k:_9999}", "top 9999", "only 64"),
        new Case(weights("nothere"), "nothere.safetensors: the weights cannot be read"),
        new Case(weights("cut"), "cut.safetensors: not a safetensors file, or truncated"),
        new Case(weights("good"), "good.safetensors"),
        new Case(
            "run @tiny.yaml --set output=@no.yaml",
            "output: a run directory in",
            "cannot be written"),
        // nobody makes folders there, root neither
        new Case("run @tiny.yaml --set output=/proc/none", "output: a run directory in /proc/none"),
        new Case("bench kernel --json @nothere/x.json", "nothere/x.json cannot be written"),
        new Case("bench edition @tiny.yaml --json @", " cannot be written: it is a folder"),
        new Case("bench edition @tiny.yaml --folder @no.yaml", "no.yaml cannot be written"),
        new Case("data fetch cifar10 --to @no.yaml", "no.yaml is there already, and is no folder"),
        new Case("run @tiny.yaml --set output=${HOME", "a variable is written ${NAME}"),
        new Case("data inspect cifar10", "cifar10: dataset.path: is missing"),
        new Case("data inspect shapes --sheet @nothere/s.png", "nothere/s.png cannot be"),
        new Case("weights inspect @nothere", "nothere: no such file"),
        new Case("run @tiny.yaml --plugins @nothere", "nothere: no such plugin folder"),
        new Case("run @tiny.yaml --set device=cuda", "device: cuda was asked for, but"),
        new Case("resume @", "not a run directory"),
        new Case("evaluate @nothere", "nothere"),
        new Case(fit("ilm", 21, "good"), "21 target labels", "only 20"),
        new Case(fit("linear", 5, "good"), "trained by gradients"),
        new Case(fit("blm", 5, "nan"), "nan.safetensors"),
        new Case(fit("blm", 5, "label"), "label.safetensors: labels must lie in [0, 5)", "is 5"),
        new Case(fit("blm", 5, "column"), "labels must be int64 [3]", "found int64 [3,1]"),
        new Case(fit("rlm", 5, "empty"), "float32 [0,20]: no samples to fit a mapping to"),
        new Case(fit("blm", 5, "nothere"), "nothere.safetensors: no such file"),
        new Case(
            fit("blm", 5, "good").replace("@out.saf", "@nothere/out.saf"),
            "nothere/out.safetensors cannot be written: no such folder"),
        new Case(fit("blm", 5, "cut"), "cut.safetensors: not a safetensors file"));
  }

  private static String weights(String name) {
    return "run @tiny.yaml --set backbone={name:_shapenet,weights:_@" + name + ".safetensors}";
  }

  private static String fit(String mapper, int classes, String evidence) {
    return String.format(
        "mapping fit --mapper %s --classes %d --evidence @%s.safetensors --output @out.safetensors",
        mapper, classes, evidence);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isRefused(Case wrong) throws IOException {
    Path tiny = folder.resolve("tiny.yaml");
    Files.writeString(
        tiny, Files.readString(tiny).replace("output: runs", "output: " + folder + "/runs"));

    assertNothingWritten(InProcess.command(folder, arguments(wrong)), wrong);
  }

  /** As a process of its own, which also ends with the code and prints nothing else. */
  @Test
  void isRefusedByTheProgram() {
    cases()
        .filter(wrong -> wrong.arguments().matches(".*(typo|=cuda|mapper ilm|inspect cifar).*"))
        .forEach(
            wrong ->
                assertNothingWritten(
                    reprise.run(
                        Stream.of(arguments(wrong))
                            .map(a -> a.replace("@", ""))
                            .toArray(String[]::new)),
                    wrong));
  }

  private static String[] arguments(Case wrong) {
    boolean meant = wrong.arguments().contains("NO_SUCH"); // its underscores
    return Stream.of(wrong.arguments().split(" "))
        .map(a -> meant ? a : a.replace('_', ' '))
        .toArray(String[]::new);
  }

  private void assertNothingWritten(Reprise.Result result, Case wrong) {
    assertRefused(result, wrong.message().toArray(String[]::new));
    assertThat(result.err()).startsWith("reprise: ");
    assertThat(folder.resolve("runs")).doesNotExist();
    assertThat(folder.resolve("out.safetensors")).doesNotExist();
  }

  @Test
  void tornMetricsAreCuredAndCutCheckpointIsRefused() throws IOException {
    reprise.run("run", "tiny.yaml", "--set", "training.epochs=2").succeeded();
    Path run = reprise.runOf("blm");
    Path metrics = run.resolve("metrics.jsonl");
    String whole = Files.readString(metrics);
    Files.writeString(metrics, whole.substring(0, whole.length() - 30));

    reprise.run("resume", run.toString()).succeeded();

    assertThat(metrics).content().isEqualTo(whole);
    Path last = run.resolve("checkpoints/last.safetensors");
    byte[] bytes = Files.readAllBytes(last);
    Files.write(last, Arrays.copyOf(bytes, bytes.length / 2));
    Reprise.Result cut = reprise.run("resume", run.toString());
    assertThat(cut.exitCode()).isEqualTo(2);
    assertThat(cut.err()).contains("last.safetensors").doesNotContain("\tat ");
    assertThat(metrics).content().isEqualTo(whole);
    reprise.run("evaluate", run.toString(), "--checkpoint", "best").succeeded();
  }

  @Test
  void weightsOfAnotherShapeAreNamed() throws IOException {
    Path weights = folder.resolve("other.safetensors");
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(bundledWeights());
      String first = tensors.keySet().iterator().next();
      tensors.put(first, torch.zeros(3, 2));
      new Safetensors(tensors, Map.of()).write(weights);

      String[] command = weights("other").replace('_', ' ').split("(?<!:) ");
      Reprise.Result result = InProcess.command(folder, command);

      assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
      assertThat(result.err())
          .contains("other.safetensors", first, "[3, 2]")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void aRunGoesOnWithWhatItBeganWithAndInOneProcess() throws IOException {
    Path weights = folder.resolve("mine.safetensors");
    try (PointerScope scope = new PointerScope()) {
      new Safetensors(bundledWeights(), Map.of()).write(weights);
      byte[] before = Files.readAllBytes(weights);
      reprise
          .run("run", "tiny.yaml", "--set", "backbone={name: shapenet, weights: mine.safetensors}")
          .succeeded();
      Path run = reprise.runOf("blm");
      byte[] changed = before.clone();
      changed[changed.length - 1] ^= 1;
      Files.write(weights, changed);
      for (String command : List.of("resume", "evaluate")) {
        assertRefused(
            reprise.run(command, run.toString()),
            "mine.safetensors has changed since the run began: its SHA-256 is ",
            "provenance.json");
      }
      Files.write(weights, before);
      try (FileChannel lock =
              FileChannel.open(
                  run.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = lock.lock()) {
        assertThat(held.isValid()).isTrue();
        assertRefused(
            reprise.run("resume", run.toString()), "another process is working on this run");
      }
      reprise.run("resume", run.toString()).succeeded();
    }
  }

  private static void assertRefused(Reprise.Result result, String... message) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
  }

  private static Map<String, Tensor> bundledWeights() throws IOException {
    Path plugins = Reprise.INSTALLATION.resolve("plugins");
    try (Stream<Path> files = Files.list(plugins)) {
      Path jar =
          files.filter(file -> file.toString().contains("quickstart")).findFirst().orElseThrow();
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        ZipEntry entry =
            zip.stream()
                .filter(e -> e.getName().endsWith(".safetensors"))
                .findFirst()
                .orElseThrow();
        try (InputStream stream = zip.getInputStream(entry)) {
          return Safetensors.read(stream, entry.getName()).tensors();
        }
      }
    }
  }

  @Test
  void whatDoesNotFitIntoMemoryIsSaid() {
    assertSaid(
        reprise.run("run", "tiny.yaml", "--set", "dataset.train=2000000000"),
        2,
        "2,000,000,000 train samples, more than can be listed in the Java heap of ");
    reprise.with("REPRISE_JAVA_OPTS", "-Xmx8m");
    assertSaid(
        reprise.start("run", "tiny.yaml").await(),
        1,
        "reprise: the Java heap of ",
        "REPRISE_JAVA_OPTS=-Xmx8g");
  }

  private static void assertSaid(Reprise.Result result, int code, String... words) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(code);
    assertThat(result.err()).contains(words).doesNotContain("\tat ", "Exception");
  }

  @Test
  void aBrokenPluginIsReportedAndTheRunGoesOn() throws IOException {
    Files.createDirectory(folder.resolve("extra"));
    Files.writeString(folder.resolve("extra/broken.jar"), "not a jar");

    Reprise.Result result = reprise.run("run", "tiny.yaml", "--plugins", "extra").succeeded();

    assertThat(result.err()).contains("broken.jar", "left out");
    assertThat(result.out()).contains("blm", "Records:");
  }

  @Test
  void aFullDiskKeepsTheLastCheckpointAndACutLineOfMetricsIsMended() throws IOException {
    reprise
        .start("run", "tiny.yaml", "--set", "training.epochs=20")
        .awaitErr("epoch 1/20")
        .signal("TERM")
        .await();
    Path run = reprise.runOf("blm");
    byte[] before = Files.readAllBytes(run.resolve("checkpoints/last.safetensors"));
    int epochs = Records.metrics(run).size();

    // files may not grow past 20 KB: less than a checkpoint, more than the small records
    assertDiskFull(resumeOnFullDisk(run, 40), ".safetensors: ");

    assertThat(Files.readAllBytes(run.resolve("checkpoints/last.safetensors"))).isEqualTo(before);
    assertThat(Records.metrics(run)).hasSize(epochs).hasSizeLessThan(20);

    Path metrics = run.resolve("metrics.jsonl");
    int limit = 400 * 512; // more than a checkpoint
    String lines = Files.readString(metrics);
    String padding = "x".repeat(limit - 100 - lines.length() - ",\"note\":\"\"".length());
    String padded = lines.replaceFirst("}\n", ",\"note\":\"" + padding + "\"}\n");
    Files.writeString(metrics, padded);

    assertDiskFull(resumeOnFullDisk(run, limit / 512), "metrics.jsonl: ");

    assertThat(metrics).hasSize(limit);
    reprise.run("resume", run.toString()).succeeded();
    assertThat(Files.readAllLines(metrics))
        .startsWith(padded.lines().findFirst().orElseThrow())
        .hasSize(20);
  }

  // a limit on the size of files needs no rights and fails as a full disk does, after some bytes
  private Reprise.Result resumeOnFullDisk(Path run, int blocks) {
    return reprise.shell(
        "trap '' XFSZ; ulimit -f " + blocks + "; exec $REPRISE/bin/reprise resume -q " + run);
  }

  private void assertDiskFull(Reprise.Result full, String file) throws IOException {
    assertThat(full.exitCode()).as(full.err()).isEqualTo(1);
    assertThat(full.err())
        .hasLineCount(1)
        .containsPattern("\\Areprise: epoch \\d+ cannot be recorded: ")
        .contains(file, "go on with: reprise resume ");
    try (Stream<Path> files = Files.walk(folder.resolve("runs"))) {
      assertThat(files).noneMatch(path -> path.toString().endsWith(".tmp"));
    }
  }

  @Test
  void aFullDiskAtTheStartLeavesNoRunFolder() throws IOException {
    String limited = "(trap '' XFSZ; ulimit -f 0; exec $REPRISE/bin/reprise run -q tiny.yaml)";
    // what it prints goes through a pipe: a file could not take it either
    Reprise.Result full = reprise.shell("{ " + limited + " 2>&1 || echo $?; } | cat");

    assertThat(full.out().lines()).hasSize(2).last().isEqualTo("1");
    assertThat(full.out()).startsWith("reprise: runs/tiny/").contains("experiment.yaml: ");
    try (Stream<Path> files = Files.walk(folder.resolve("runs"))) {
      assertThat(files.map(path -> folder.relativize(path).toString())).containsExactly("runs");
    }
    reprise.run("run", "tiny.yaml").succeeded();
  }

  @Test
  void aFolderThatMayNotBeWrittenIsNamed() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    assumeTrue(closed.toFile().setWritable(false), "folders cannot be closed here");
    assumeTrue(!Files.isWritable(closed), "this user writes into closed folders, as root does");

    assertRefused(
        reprise.run("run", "tiny.yaml", "--set", "output=closed"),
        "output: a run directory in ",
        "no permission to write ");
  }

  @Test
  void aRunFolderWithoutExperimentIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("half/checkpoints"));

    Reprise.Result result = reprise.run("resume", "half");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("half: not a run directory: it has no experiment.yaml");
  }
}
