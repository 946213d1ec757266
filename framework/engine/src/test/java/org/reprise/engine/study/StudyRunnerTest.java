package org.reprise.engine.study;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.run.RunSummary;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.fake.ByHand;
import org.reprise.engine.fake.FakePlugin;
import org.reprise.engine.fake.KeptState;
import org.reprise.engine.fake.Plan;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.fake.Plan.RuleKind;
import org.reprise.engine.fake.Told;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.predict.ReprogrammedModel;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.testkit.NativeScope;

/** Runs of scripted fakes, from the experiment's file to the records, stopped here and there. */
@ExtendWith(NativeScope.class)
class StudyRunnerTest {
  private static final int EPOCHS = 4;

  private enum Kill {
    NEVER,
    AT_A_STEP,
    BY_A_LISTENER
  }

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);
  @TempDir private Path folder;
  private PluginHost host;

  @BeforeEach
  void load() throws IOException {
    System.out.println("StudyRunnerTest: -Dreprise.seed=" + seed);
    host = FakePlugin.load(folder);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Greys greys(int samples) {
    return new Greys(
        random.ints(samples, 0, 256).boxed().toList(),
        random.ints(samples, 0, Plan.TARGETS).boxed().toList());
  }

  private Plan plan(Edition edition, int evaluateEvery, boolean validation) {
    Plan plan =
        new Plan(
            greys(10),
            validation ? Optional.of(greys(6)) : Optional.empty(),
            greys(7),
            edition,
            Optional.of(Evidence.EVERY_EPOCH),
            EPOCHS,
            4,
            true,
            evaluateEvery,
            RuleKind.GRADIENTS);
    FakePlugin.hold(held(plan));
    return plan;
  }

  private static Map<Split, Greys> held(Plan plan) {
    Map<Split, Greys> held = new LinkedHashMap<>();
    held.put(Split.TRAIN, plan.train());
    held.put(Split.TEST, plan.test());
    plan.validation().ifPresent(greys -> held.put(Split.VALIDATION, greys));
    return held;
  }

  private Experiment experiment(Plan plan, Selection selection, String... more) throws IOException {
    Path yaml = Files.writeString(folder.resolve("tiny.yaml"), FakePlugin.EXPERIMENT);
    List<String> settings =
        new ArrayList<>(
            List.of(
                "output=" + folder.resolve("runs"),
                "training.edition=" + plan.edition().name().toLowerCase(Locale.ROOT),
                "training.epochs=" + plan.epochs(),
                "training.batch-size=" + plan.batchSize(),
                "training.evaluate-every=" + plan.evaluateEvery(),
                "training.selection=" + selection.name().toLowerCase(Locale.ROOT),
                "training.optimizer.lr=" + Plan.RATE,
                "training.schedule={milestones: " + Plan.DROPS + ", gamma: 0.5}"));
    settings.addAll(List.of(more));
    return Experiment.read(yaml, settings);
  }

  static Stream<Object[]> table() {
    List<Object[]> rows = new ArrayList<>();
    for (Edition edition : Edition.values()) {
      for (int evaluateEvery : new int[] {1, 2, 3}) {
        for (Selection selection : Selection.values()) {
          for (Kill kill : Kill.values()) {
            rows.add(new Object[] {edition, evaluateEvery, selection, kill});
          }
        }
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("table")
  void tellsAndRecordsWhatIsWorkedOutByHand(
      Edition edition, int evaluateEvery, Selection selection, Kill kill) throws IOException {
    Plan plan = plan(edition, evaluateEvery, selection == Selection.VALIDATION);
    List<ByHand.Epoch> expected = new ByHand(plan).epochs();
    int steps =
        (int)
            expected.stream()
                .flatMap(epoch -> epoch.told().stream())
                .filter(told -> !told.text().startsWith("epoch"))
                .count();
    Heard heard = new Heard();
    int epoch = 1 + random.nextInt(EPOCHS - 1);
    switch (kill) {
      case NEVER -> {}
      case AT_A_STEP -> {
        heard.stopAt = 1 + random.nextInt(steps);
        assertThatThrownBy(() -> run(plan, selection, heard))
            .isInstanceOf(RunStoppedException.class);
      }
      case BY_A_LISTENER -> {
        heard.throwAt = epoch;
        assertThatThrownBy(() -> run(plan, selection, heard)).hasMessage("enough");
        assertThat(heard.states).hasSize(epoch); // recorded before it was told of
      }
    }
    assertTold(heard.told, told(expected, 0).subList(0, heard.told.size()));
    assertThat(FakePlugin.open().values()).allMatch(count -> count == 0);

    int done = heard.states.size();
    Heard after = new Heard();
    StudyOutcome outcome = run(plan, selection, after);
    assertTold(after.told, told(expected, done));
    assertThat(after.epochsDone).isEqualTo(done);
    assertThat(FakePlugin.open().values()).allMatch(count -> count == 0);
    heard.states.addAll(after.states);
    assertRecorded(outcome.runs().get(0), expected, selection, heard.states);

    // a complete run is left as it is
    Heard again = new Heard();
    Map<String, byte[]> before = files(outcome.runs().get(0).folder());
    assertThat(run(plan, selection, again).runs()).isEqualTo(outcome.runs());
    assertThat(again.told).isEmpty();
    Map<String, byte[]> now = files(outcome.runs().get(0).folder());
    assertThat(now.keySet()).isEqualTo(before.keySet());
    now.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(before.get(name)));
  }

  private StudyOutcome run(Plan plan, Selection selection, Heard heard) throws IOException {
    StudyPlan study = StudyPlan.of(experiment(plan, selection), host);
    return runner(heard).run(study, new StudyRunner.Wishes(false, true, List.of()));
  }

  private StudyRunner runner(Heard heard) {
    return new StudyRunner(
        host, heard::on, () -> heard.steps >= heard.stopAt, Invocation.of(List.of("run")));
  }

  private static void assertRecorded(
      RunSummary summary,
      List<ByHand.Epoch> expected,
      Selection selection,
      List<Map<String, Tensor>> states)
      throws IOException {
    int selected = selected(expected, selection);
    ByHand.Epoch last = expected.get(EPOCHS - 1);
    assertThat(summary.selectedEpoch()).isEqualTo(selected);
    assertThat(summary.epochs()).isEqualTo(EPOCHS);
    assertThat(summary.lastTestAccuracy()).isCloseTo(last.test().orElseThrow(), within(1e-9));
    assertThat(summary.selectedTestAccuracy().orElseThrow())
        .isCloseTo(expected.get(selected - 1).test().orElseThrow(), within(1e-9));

    RunDirectory directory = new RunDirectory(summary.folder());
    Map<String, Integer> epochs = new LinkedHashMap<>();
    epochs.put(RunDirectory.LAST, EPOCHS);
    epochs.put(RunDirectory.BEST, selected);
    epochs.forEach(
        (name, epoch) -> {
          Checkpoint saved = Checkpoint.read(directory.checkpoints(), name);
          assertThat(saved.epochs()).isEqualTo(epoch);
          assertThat(saved.bestEpoch()).isEqualTo(selected);
          Map<String, Tensor> state = new LinkedHashMap<>(saved.tensors());
          state.keySet().removeIf(key -> key.startsWith("test."));
          assertThat(state.keySet()).isEqualTo(states.get(epoch - 1).keySet());
          state.forEach((key, tensor) -> assertEqual(key, tensor, states.get(epoch - 1).get(key)));
        });

    List<EpochRecord> metrics = directory.readMetrics();
    assertThat(metrics).hasSize(EPOCHS);
    for (int i = 0; i < EPOCHS; i++) {
      EpochRecord line = metrics.get(i);
      assertThat(line.epoch()).isEqualTo(i + 1);
      assertClose(line.testAccuracy(), expected.get(i).test());
      assertClose(line.validationAccuracy(), expected.get(i).validation());
    }
  }

  private static int selected(List<ByHand.Epoch> expected, Selection selection) {
    int selected = EPOCHS;
    double best = -1;
    for (ByHand.Epoch epoch : expected) {
      OptionalDouble score = selection == Selection.TEST ? epoch.test() : epoch.validation();
      if (selection != Selection.LAST && score.orElse(-1) > best) {
        best = score.getAsDouble();
        selected = epoch.epoch();
      }
    }
    return selected;
  }

  private static void assertClose(OptionalDouble found, OptionalDouble expected) {
    assertThat(found.isPresent()).isEqualTo(expected.isPresent());
    expected.ifPresent(value -> assertThat(found.getAsDouble()).isCloseTo(value, within(1e-9)));
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static List<Told> told(List<ByHand.Epoch> epochs, int from) {
    return epochs.subList(from, epochs.size()).stream()
        .flatMap(epoch -> epoch.told().stream())
        .toList();
  }

  private static void assertTold(List<Told> found, List<Told> expected) {
    assertThat(found.stream().map(Told::text))
        .isEqualTo(expected.stream().map(Told::text).toList());
    for (int i = 0; i < found.size(); i++) {
      List<Double> numbers = found.get(i).numbers();
      assertThat(numbers).hasSameSizeAs(expected.get(i).numbers());
      for (int j = 0; j < numbers.size(); j++) {
        assertThat(numbers.get(j)).isCloseTo(expected.get(i).numbers().get(j), within(1e-5));
      }
    }
  }

  @Test
  void anotherRunIsNotGoneOnWith() throws IOException {
    Plan plan = plan(Edition.FAST, 1, false);
    Heard heard = new Heard();
    heard.throwAt = 2;
    assertThatThrownBy(() -> run(plan, Selection.TEST, heard)).hasMessage("enough");
    Path run = RunDirectory.runsIn(folder.resolve("runs/tiny")).get(0);
    Path yaml = run.resolve("experiment.yaml");
    String written = Files.readString(yaml);
    Files.writeString(yaml, written.replace("seed: 3", "seed: 4").replace("lr: 0.5", "lr: 0.25"));
    assertThatThrownBy(() -> runner(new Heard()).resume(run))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("seed: 3 before, 4 now")
        .hasMessageContaining("training.optimizer.lr: 0.5 before, 0.25 now");
    Files.writeString(yaml, written);
    Heard after = new Heard();
    runner(after).resume(run);
    assertThat(after.epochsDone).isEqualTo(2);
    assertTold(after.told, told(new ByHand(plan).epochs(), 2));
    Provenance provenance = Provenance.read(run.resolve("provenance.json")).orElseThrow();
    assertThat(run.getFileName().toString())
        .isEqualTo("counting-" + provenance.id().substring(0, 8));
    assertThat(provenance.spec().id()).isEqualTo(provenance.id());
    assertThat(provenance.targetLabels()).containsExactly("class 0", "class 1", "class 2");
    assertThat(Files.readString(run.resolve("provenance.json")))
        .contains("\"epochs_before\" : 0", "\"epochs_before\" : 2", "\"epochs_after\" : 4");
  }

  @ParameterizedTest
  @CsvSource({
    "backbone.create, backbone.create fails",
    "backbone.labels, backbone grey has 2 outputs but names 1 labels",
    "prompt.create, prompt.create fails",
    "mapper.create, mapper.create fails",
    "rule.create, rule.create fails",
  })
  void whatWasOpenedIsClosedWhateverFails(String what, String message) throws IOException {
    Plan plan = plan(Edition.FAST, 1, false);
    FakePlugin.fail(what);
    assertThatThrownBy(() -> run(plan, Selection.LAST, new Heard()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
    assertThat(FakePlugin.open()).isNotNull();
    assertThat(FakePlugin.open().values()).as("%s", FakePlugin.open()).allMatch(n -> n == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"backbone.close", "dataset.close", "mapper.close"})
  void aFailureToCloseIsToldAndLosesNothing(String what) throws IOException {
    Plan plan = plan(Edition.FAST, 1, false);
    FakePlugin.fail(what);
    Heard heard = new Heard();
    StudyOutcome outcome = run(plan, Selection.LAST, heard);
    assertThat(outcome.runs()).hasSize(1);
    assertThat(heard.notes).anyMatch(note -> note.contains(what + " fails"));
    assertThat(FakePlugin.open().values()).as("%s", FakePlugin.open()).allMatch(n -> n == 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prompt={name: shift, size: 3} | prompt shift makes 3x3 images, backbone grey takes 2x2",
        "backbone={name: grey, output: features} | does not end in a matrix product",
      })
  void whatDoesNotFitIsClosed(String setting, String message) throws IOException {
    Plan plan = plan(Edition.FAST, 1, false);
    assertThatThrownBy(
            () -> runner(new Heard()).run(experiment(plan, Selection.LAST, setting), false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
    assertThat(FakePlugin.open().values()).as("%s", FakePlugin.open()).allMatch(n -> n == 0);
  }

  @Test
  void aModelThatCannotBeOpenedIsClosed() throws IOException {
    Plan plan = plan(Edition.FAST, 1, false);
    Path run = run(plan, Selection.LAST, new Heard()).runs().get(0).folder();
    for (String what :
        List.of("backbone.create", "prompt.create", "mapper.create", "prompt.restore")) {
      FakePlugin.fail(what);
      assertThatThrownBy(() -> ReprogrammedModel.open(host, run, "best", Optional.empty()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(what + " fails");
      assertThat(FakePlugin.open().values()).as("%s", FakePlugin.open()).allMatch(n -> n == 0);
    }
    FakePlugin.fail("");
    try (ReprogrammedModel model = ReprogrammedModel.open(host, run, "best", Optional.empty())) {
      assertThat(model.evaluate((done, total) -> {}).accuracy())
          .isCloseTo(new ByHand(plan).epochs().get(EPOCHS - 1).test().orElseThrow(), within(1e-9));
    }
    assertThat(FakePlugin.open().values()).allMatch(count -> count == 0);
  }

  @Test
  void aTrackedRunIsTheSameRun() throws IOException {
    Plan plan = plan(Edition.FAST, 1, false);
    Path run = run(plan, Selection.TEST, new Heard()).runs().get(0).folder();
    Map<String, byte[]> plain = files(run);
    try (Stream<Path> made = Files.walk(run)) {
      for (Path file : made.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Heard heard = new Heard();
    runner(heard)
        .run(
            experiment(
                plan,
                Selection.TEST,
                "tracking=[ear, {name: ear, manner: refuse}, {name: ear, manner: throw},"
                    + " {name: ear, manner: throw-at-last}]"),
            false);
    assertTold(heard.told, told(new ByHand(plan).epochs(), 0));
    Map<String, byte[]> tracked = files(run);
    assertThat(tracked.keySet()).isEqualTo(plain.keySet());
    assertThat(tracked.get("predictions.safetensors"))
        .isEqualTo(plain.get("predictions.safetensors"));
    assertThat(new String(tracked.get("experiment.yaml"), UTF_8)).contains("manner: \"throw\"");
    assertThat(heard.notes)
        .containsOnlyOnce(
            "counting: tracking: ear failed and hears no more; the run is not concerned: the ear"
                + " refuses",
            "counting: tracking: ear failed and hears no more; the run is not concerned:"
                + " NoClassDefFoundError the ear is torn",
            "counting: tracking: ear failed and hears no more; the run is not concerned:"
                + " IllegalStateException the ear will not close");
    assertThat(FakePlugin.listening().get(0).settings())
        .containsEntry("training.optimizer.lr", "0.5")
        .containsEntry("mapping.name", "counting")
        .containsEntry("training.schedule.milestones", Plan.DROPS.toString())
        .doesNotContainKey("tracking.name");

    // a run that knows its listeners no more is evaluated all the same
    Path yaml = run.resolve("experiment.yaml");
    Files.writeString(yaml, Files.readString(yaml).replace("\"ear\"", "\"gone\""));
    ReprogrammedModel.open(host, run, "best", Optional.empty()).close();
  }

  @Test
  void aListenerIsToldWhereItsRunGoesOn() throws IOException {
    Plan plan = plan(Edition.STANDARD, 1, false);
    Heard heard = new Heard();
    heard.throwAt = 2;
    Experiment experiment = experiment(plan, Selection.LAST, "tracking=ear");
    assertThatThrownBy(() -> runner(heard).run(experiment, false)).hasMessage("enough");
    runner(new Heard()).resume(RunDirectory.runsIn(folder.resolve("runs/tiny")).get(0));
    assertThat(FakePlugin.listening())
        .extracting(RunListenerContext::epochsDone)
        .containsExactly(0, 2);
    List<Integer> epochs = new ArrayList<>();
    List<Integer> learned = new ArrayList<>();
    for (RunEvent event : FakePlugin.heard()) {
      if (event instanceof RunEvent.Epoch epoch) {
        assertThat(epoch.state()).isEmpty();
        epochs.add(epoch.epoch());
      } else if (event instanceof RunEvent.Learned what) {
        learned.add(what.epoch());
      }
    }
    // of epoch 2 the console was told first, and ended the run; a record of it there is
    assertThat(epochs).containsExactly(1, 3, 4);
    assertThat(learned).containsExactly(1, 3, 4);
    assertThat(FakePlugin.heard().get(FakePlugin.heard().size() - 1))
        .isInstanceOf(RunEvent.Finished.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tracking=[eer] | tracking[0]: there is no listener \"eer\"; did you mean \"ear\"?",
        "tracking={name: ear, maner: block} | tracking[0].maner: unknown key; did you mean"
            + " \"manner\"?",
      })
  void aListenerThatThereIsNotIsAWrongExperiment(String setting, String message)
      throws IOException {
    Plan plan = plan(Edition.FAST, 1, false);
    assertThatThrownBy(
            () -> runner(new Heard()).run(experiment(plan, Selection.LAST, setting), false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  /** Collects what is told of a run, and may end it. */
  private static final class Heard {
    private final List<Told> told = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Map<String, Tensor>> states = new ArrayList<>();
    private int steps;
    private int stopAt = Integer.MAX_VALUE;
    private int throwAt = -1;
    private int epochsDone = -1;

    void on(RunEvent event) {
      Told.of(event).ifPresent(told::add);
      if (event instanceof RunEvent.Note note) {
        notes.add(note.text());
      }
      if (event instanceof RunEvent.Step) {
        steps++;
      } else if (event instanceof RunEvent.Started started) {
        epochsDone = started.epochsDone();
      } else if (event instanceof RunEvent.Epoch epoch) {
        states.add(KeptState.of(epoch));
        if (epoch.epoch() == throwAt) {
          throw new IllegalStateException("enough");
        }
      }
    }
  }
}
