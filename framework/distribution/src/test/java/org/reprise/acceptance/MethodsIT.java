package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunSummary;
import org.reprise.api.run.Stage;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.predict.ReprogrammedModel;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyOutcome;
import org.reprise.engine.study.StudyOutcome.Row;
import org.reprise.engine.study.StudyPlan;
import org.reprise.engine.study.StudyRunner;
import org.reprise.engine.study.StudyRunner.Wishes;
import org.reprise.engine.training.RunStoppedException;

/**
 * The experiment of every method as it stands, but for a small network and few drawings in place of
 * what it is published with: it trains, goes on bit for bit where it was stopped, and its result
 * evaluates, predicts and has a page.
 */
class MethodsIT {
  private static final Path METHODS = Reprise.CHECKOUT.resolve("experiments/methods");

  /** Studies of several methods, tried elsewhere: each of theirs is here as well. */
  private static final List<String> STUDIES = List.of("quickstart", "cifar10-mobilenetv2");

  private static final String SHAPENET = "backbone={name: shapenet}";
  private static final String FEATURES = "backbone={name: shapenet, output: features}";
  private static final String TRAINED =
      "backbone={name: shapenet, output: features, trainable: true,"
          + " optimizer: {name: adam, lr: 0.001}}";

  @TempDir static Path folder;
  private static PluginHost host;

  private final Random random = new Random(Long.getLong("reprise.seed", System.nanoTime()));

  @BeforeAll
  static void prepare() throws IOException {
    host = PluginHost.load(List.of(Reprise.INSTALLATION.resolve("plugins")));
    TinyClip.write(folder, 16);
    Files.writeString(folder.resolve("texts.json"), "{" + texts("shows") + "}");
    Files.writeString(
        folder.resolve("two-groups.json"),
        "{\"first\": {" + texts("shows") + "}, \"second\": {" + texts("differs by") + "}}");
    // the environment of this process cannot be set, so the folder is written into copies
    for (Path file : yaml(Reprise.CHECKOUT.resolve("experiments")).toList()) {
      Path copy =
          folder.resolve(Reprise.CHECKOUT.resolve("experiments").relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.writeString(copy, Files.readString(file).replace("${REPRISE_DATA}", folder.toString()));
    }
  }

  @AfterAll
  static void unload() {
    host.close();
  }

  private static String texts(String verb) {
    return Stream.of("polygon", "star", "round", "hollow", "cross", "moon", "pointer", "charm")
        .map(name -> "\"" + name + "\": [" + sentences(name, verb) + "]")
        .collect(Collectors.joining(", "));
  }

  private static String sentences(String name, String verb) {
    return Stream.of("its outline", "its corners", "the inside", "a shadow")
        .map(part -> "\"A " + name + " " + verb + " " + part + ".\"")
        .collect(Collectors.joining(", "));
  }

  private static Stream<Path> yaml(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream();
    }
  }

  /** Returns the methods that have an experiment: files that are no base of others. */
  static Stream<String> methods() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : yaml(METHODS).toList()) {
      if (Files.readString(file).lines().anyMatch(line -> line.startsWith("name:"))) {
        names.add(file.getFileName().toString().replace(".yaml", ""));
      }
    }
    names.removeAll(STUDIES);
    return names.stream().sorted();
  }

  /** What stands in for what a method is published with. */
  private static List<String> small(String method) {
    return switch (method) {
      case "attrvr" -> clip("backbone.texts=" + folder.resolve("two-groups.json"));
      case "dvp-causes" -> {
        Path file = folder.resolve("texts.json");
        yield clip("backbone.texts=[" + file + "," + file + "," + file + "]");
      }
      case "dvp-clusters" -> clip("backbone.texts=" + folder.resolve("texts.json"));
      case "evp" -> clip("prompt.picture=24", "prompt.pad=4");
      case "blackvip" ->
          clip(
              "prompt.encoder={name: shapenet}",
              "prompt.channels=128",
              "training.evaluate-every=1",
              "training.optimizer.draws=2");
      case "zero-shot" -> clip();
      case "autovp" ->
          List.of(
              SHAPENET,
              "prompt.size=48",
              "prompt.picture=24",
              "mapping.1.encoder.weights=" + folder.resolve("clip.safetensors"),
              "mapping.1.encoder.vocabulary=" + folder.resolve("vocabulary.txt"));
      case "evp-mode" -> List.of(SHAPENET, "prompt.size=48", "prompt.picture=36", "prompt.pad=6");
      case "full-fine-tuning" -> List.of(TRAINED);
      case "linear-probe" -> List.of(FEATURES);
      case "lor-vp" -> List.of(FEATURES, "prompt.size=48");
      case "smm" -> List.of(SHAPENET, "prompt.size=48", "prompt.margin=4");
      case "vp" -> List.of(SHAPENET, "prompt.size=48", "prompt.pad=8");
      default ->
          throw new IllegalStateException(
              method + " is new: say here with which small network it is to be tried");
    };
  }

  private static List<String> clip(String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("backbone.weights=" + folder.resolve("clip.safetensors"));
    all.add("backbone.vocabulary=" + folder.resolve("vocabulary.txt"));
    return all;
  }

  private StudyPlan plan(String method, String output, String... more) {
    List<String> settings = new ArrayList<>(small(method));
    boolean shown = !List.of("zero-shot", "linear-probe", "full-fine-tuning").contains(method);
    if (shown && settings.stream().noneMatch(setting -> setting.startsWith("prompt.size"))) {
      settings.add("prompt.size=32");
    }
    settings.add("dataset={name: shapes, train: 40, validation: 0, test: 16, image-size: 24}");
    settings.add("training.batch-size=16");
    if (!method.equals("zero-shot")) {
      settings.add("training.epochs=2");
    }
    settings.add("device=cpu");
    settings.add("output=" + folder.resolve(output));
    settings.addAll(List.of(more));
    return StudyPlan.read(folder.resolve("methods/" + method + ".yaml"), settings, host);
  }

  /**
   * Trains; after so many steps (of training, evidence and evaluation) it stops, as if killed. From
   * one step of the last epoch to the next no native object is left behind.
   */
  private static Optional<StudyOutcome> run(StudyPlan plan, int steps) throws IOException {
    AtomicInteger taken = new AtomicInteger();
    AtomicLong living = new AtomicLong(Long.MAX_VALUE);
    StudyRunner runner =
        new StudyRunner(
            host,
            event -> {
              if (event instanceof RunEvent.Step step) {
                taken.incrementAndGet();
                long now = Pointer.totalCount();
                boolean next = step.stage() == Stage.TRAINING && step.epoch() == 2;
                assertThat(now).isLessThanOrEqualTo(next ? living.get() : Long.MAX_VALUE);
                living.set(next ? now : Long.MAX_VALUE);
              }
            },
            () -> taken.get() >= steps,
            Invocation.of(List.of("run")));
    try {
      return Optional.of(runner.run(plan, Wishes.NONE));
    } catch (RunStoppedException e) {
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trainsGoesOnAndPredicts(String method) throws IOException {
    StudyOutcome whole = run(plan(method, "whole"), Integer.MAX_VALUE).orElseThrow();
    assertThat(whole.rows()).extracting(Row::reason).containsOnly("");
    assertThat(whole.hasFailures()).isFalse();

    // of a run of 2 epochs of 3 steps and 1 batch of evaluation; of epoch 2 something is lost
    int steps = 4 + random.nextInt(5);
    boolean stopped = run(plan(method, "stopped"), steps).isEmpty();
    assertThat(stopped).isEqualTo(!method.equals("zero-shot"));
    StudyOutcome after = run(plan(method, "stopped"), Integer.MAX_VALUE).orElseThrow();
    System.out.println("MethodsIT: " + method + " stopped after " + steps + " steps");

    assertThat(after.runs()).hasSameSizeAs(whole.runs()).isNotEmpty();
    for (int i = 0; i < whole.runs().size(); i++) {
      Records.assertSame(after.runs().get(i).folder(), whole.runs().get(i).folder());
      assertUsable(whole.runs().get(i));
    }
  }

  private static void assertUsable(RunSummary run) throws IOException {
    assertThat(Records.page(run.folder())).doesNotContainPattern("[:,\\[]NaN").contains("accuracy");
    List<JsonNode> epochs = Records.metrics(run.folder());
    double recorded = epochs.get(epochs.size() - 1).path("test_accuracy").asDouble(-1);
    try (PointerScope scope = new PointerScope();
        ReprogrammedModel model =
            ReprogrammedModel.open(host, run.folder(), "last", Optional.empty())) {
      Evaluation again = model.evaluate(LoadProgress.NONE);
      assertThat(again.correct() / (double) again.samples()).isEqualTo(recorded);
      Path picture = run.folder().resolve("pictures/image-1.jpg");
      assertThat(model.predict(picture, 8, 0).labels())
          .hasSize(8)
          .isSortedAccordingTo(
              Comparator.comparingDouble(ReprogrammedModel.Ranked::probability).reversed())
          .extracting(ReprogrammedModel.Ranked::label)
          .doesNotHaveDuplicates()
          .isSubsetOf(model.targetLabels());
    }
  }

  /** Weights are part of a checkpoint where they are trained, and nowhere else. */
  @Test
  void trainedWeightsAreSavedAndNothingElseIsTakenForThem() throws IOException {
    StudyOutcome tuned = run(plan("full-fine-tuning", "tuned"), Integer.MAX_VALUE).orElseThrow();
    StudyOutcome probe = run(plan("linear-probe", "probe"), Integer.MAX_VALUE).orElseThrow();
    Path run = tuned.runs().get(0).folder();
    assertThat(Records.tensors(run.resolve("checkpoints/last.safetensors")))
        .contains("backbone.conv1.weight", "backbone.head.weight");
    assertThat(
            Records.tensors(probe.runs().get(0).folder().resolve("checkpoints/last.safetensors")))
        .noneMatch(name -> name.startsWith("backbone."));
    assertThat(Records.provenance(run).path("trained_parameters").path("backbone").asLong())
        .isEqualTo(213_104);

    StudyRunner runner =
        new StudyRunner(host, event -> {}, () -> false, Invocation.of(List.of("fork")));
    assertThatThrownBy(
            () ->
                runner.fork(
                    run,
                    List.of("training.epochs=3", "backbone={name: shapenet, output: features}")))
        .hasMessageContaining("backbone.trainable is false");
    assertThatThrownBy(() -> run(plan("attrvr", "refused", "backbone.trainable=true"), 1))
        .hasMessageContaining("the weights of backbone clip cannot be trained");
    String alone = "backbone={name: shapenet, optimizer: {name: sgd, lr: 1}}";
    assertThatThrownBy(() -> plan("smm", "refused", alone))
        .hasMessageContaining("backbone.optimizer: moves the network's weights");
  }
}
