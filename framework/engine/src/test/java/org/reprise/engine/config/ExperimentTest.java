package org.reprise.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.options.Option;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.config.TrainingOptions.Selection;

class ExperimentTest {
  private static final String REQUIRED =
      """
      name: tiny
      dataset: shapes
      backbone: shapenet
      prompt: padding
      mapping: blm
      """;

  @TempDir private Path folder;

  record FileOptions(@Option("a file") Path file, @Option("more") Optional<Path> other) {}

  @Test
  void readsEveryKeyBack() {
    Experiment experiment =
        read(
            """
            name: my-run_1.0
            seed: -41
            device: cuda:1
            precision: bf16
            dataset: {name: cifar10-binary, path: data, image-size: 24}
            backbone: {name: torchscript, file: net.pt}
            prompt: {name: watermark, size: 160}
            mapping: [rlm, {name: blm++, laplace: 2, top-k-ratio: 0.5}]
            training:
              edition: standard
              epochs: 7
              batch-size: 31
              shuffle: false
              optimizer: {name: sgd, lr: 5e-1, momentum: 0.25}
              schedule: {name: cosine, milestones: [0.5, 100, 0, 100], gamma: 0.5}
              selection: validation
              validation: 0.2
              evaluate-every: 3
            output: elsewhere
            """);

    assertThat(experiment.name()).isEqualTo("my-run_1.0");
    assertThat(experiment.seed()).isEqualTo(-41);
    assertThat(experiment.device()).isEqualTo("cuda:1");
    assertThat(experiment.precision()).isEqualTo(Precision.BF16);
    assertBlock(experiment.dataset(), "cifar10-binary", "path", "data", "image-size", "24");
    assertBlock(experiment.backbone(), "torchscript", "file", "net.pt");
    assertBlock(experiment.prompt(), "watermark", "size", "160");
    assertThat(experiment.mapping()).hasSize(2);
    assertBlock(experiment.mapping().get(0), "rlm");
    assertBlock(experiment.mapping().get(1), "blm++", "laplace", "2", "top-k-ratio", "0.5");
    assertThat(experiment.output()).isEqualTo("elsewhere");
    assertBlock(experiment.training().optimizer(), "sgd", "lr", "5e-1", "momentum", "0.25");
    assertThat(experiment.training())
        .isEqualTo(
            new TrainingOptions(
                Edition.STANDARD,
                7,
                31,
                false,
                experiment.training().optimizer(),
                new ScheduleOptions(
                    ScheduleOptions.Kind.COSINE,
                    List.of(
                        new Milestone("0.5"),
                        new Milestone("100"),
                        new Milestone("0"),
                        new Milestone("100")),
                    0.5),
                Selection.VALIDATION,
                Optional.of(0.2),
                0,
                EvaluateEvery.of(3)));
  }

  @Test
  void fillsInDefaults() {
    Experiment experiment = read(REQUIRED);

    assertThat(experiment.seed()).isZero();
    assertThat(experiment.device()).isEqualTo("auto");
    assertThat(experiment.precision()).isEqualTo(Precision.AUTO);
    assertThat(experiment.output()).isEqualTo("runs");
    assertBlock(experiment.mapping().get(0), "blm");
    assertBlock(experiment.training().optimizer(), "adam");
    assertThat(experiment.training())
        .isEqualTo(
            new TrainingOptions(
                Edition.FAST,
                200,
                256,
                true,
                experiment.training().optimizer(),
                new ScheduleOptions(
                    ScheduleOptions.Kind.MULTI_STEP,
                    List.of(new Milestone("0.5"), new Milestone("0.72")),
                    0.1),
                Selection.LAST,
                Optional.empty(),
                0,
                EvaluateEvery.AUTO));
  }

  @Test
  void anUnknownKeyIsReportedWithItsPlaceAndTheNearestOne() {
    String text = REQUIRED + "training:\n  epochs: 3\n  batch-sise: 4\n";
    assertProblem(text, "8:3", "training.batch-sise", "unknown key; did you mean \"batch-size\"?");
    assertProblem(REQUIRED + "sead: 4\n", "6:1", "sead", "did you mean \"seed\"?");
  }

  @Test
  void aKeyInTheWrongPlaceOrSpellingIsReportedWithItsOwn() {
    String[][] cases = {
      {"epochs: 3\n", "6:1", "training.epochs"},
      {"batch_size: 3\n", "6:1", "training.batch-size"},
      {"milestones: [3]\n", "6:1", "training.schedule.milestones"},
      {"training:\n  lr: 0.1\n", "7:3", "training.optimizer.lr"},
      {"training:\n  learning_rate: 0.1\n", "7:3", "training.optimizer.lr"},
      {"training:\n  batch_size: 3\n", "7:3", "training.batch-size"},
      {"training:\n  Epochs: 3\n", "7:3", "training.epochs"},
      {"training:\n  seed: 3\n", "7:3", "seed"},
    };
    for (String[] wrong : cases) {
      String key = wrong[0].replaceAll("(?s)^training:\\s+", "training.").split(":", 2)[0];
      assertProblem(
          REQUIRED + wrong[0], wrong[1], key, "unknown key; did you mean \"" + wrong[2] + "\"?");
    }
    assertProblem(REQUIRED + "device: gpu\n", "6:", "device", "did you mean \"cuda\"?");
    assertProblem(REQUIRED + "device: CPU\n", "6:", "device", "did you mean \"cpu\"?");
  }

  @Test
  void wrongTypesAreReportedWithPlaceAndValue() {
    String training = REQUIRED + "training:\n  ";
    assertProblem(training + "epochs: many\n", "7:11", "training.epochs", "an integer", "\"many\"");
    assertProblem(training + "epochs: \"3\"\n", "7:11", "training.epochs", "an integer", "\"3\"");
    assertProblem(training + "epochs: 3.5\n", "7:11", "training.epochs", "an integer", "3.5");
    assertProblem(training + "epochs: [3]\n", "7:11", "training.epochs", "an integer", "a list");
    assertProblem(training + "epochs:\n", "7:", "training.epochs", "an integer", "nothing");
    assertProblem(training + "shuffle: 1\n", "7:12", "training.shuffle", "true or false", "1");
    assertProblem(REQUIRED + "training: 5e\n", "6:11", "training", "a block of keys", "\"5e\"");
    assertProblem(
        REQUIRED + "precision: fp31\n", "6:12", "precision", "did you mean \"fp32\"?", "bf16");
    assertProblem(
        training + "schedule: {name: multi-step, milestones: [0.5, 1.5]}\n",
        "7:",
        "training.schedule.milestones[1]",
        "1.5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5d", "5f", "Infinity", ".inf", ".nan", "NaN", "3000000000", "-1", "1.01", "x"})
  void whatIsNoMilestoneIsRefusedWhenRead(String text) {
    assertProblem(
        REQUIRED + "training: {schedule: {name: multi-step, milestones: [" + text + "]}}\n",
        "6:",
        "training.schedule.milestones[0]",
        "an epoch",
        text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epochs: -1", "batch-size: 0", "evaluate-every: 0", "validation: 0.5"})
  void valuesOutOfRangeAreReportedAtTheValue(String entry) {
    String key = entry.substring(0, entry.indexOf(':'));
    assertProblem(
        REQUIRED + "training:\n  " + entry + "\n",
        "7:" + (key.length() + 5),
        "training." + key,
        "found");
  }

  @Test
  void allProblemsStandInOneReport() {
    ConfigException report =
        failure(
            """
            name: tiny
            dataset: shapes
            prompt: {size: 3}
            mapping: blm
            sed: 1
            training: {epochs: x, shuffle: maybe}
            """);
    assertThat(report.problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "backbone", "prompt.name", "sed", "training.epochs", "training.shuffle");
    assertThat(report.getMessage().lines()).hasSize(5);
    assertThat(report.getMessage().lines()).allMatch(line -> line.contains("experiment.yaml:"));
  }

  @Test
  void aKeyGivenTwiceIsRefused() {
    assertProblem(REQUIRED + "seed: 1\nseed: 2\n", "7:1", "seed", "is given twice", ":6:1");
    assertProblem(
        REQUIRED + "training: {epochs: 1, epochs: 1}\n", "6:23", "epochs", "is given twice");
  }

  @Test
  void brokenYamlIsReportedWithItsPlace() {
    ConfigException report = failure(REQUIRED + "training: {epochs: 1\nseed: 2\n");
    assertThat(report.getMessage()).contains("experiment.yaml:").contains("not valid YAML");
    assertThat(failure("- a\n- b\n").getMessage()).contains("found a list");
    assertThat(failure("").getMessage()).contains("found nothing");
    assertThat(failure(REQUIRED + "---\n" + REQUIRED).getMessage()).contains("one document");
    assertThatThrownBy(() -> Experiment.read(folder.resolve("absent.yaml"), List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("absent.yaml: no such file");
  }

  @Test
  void whatCouldBeReadInTwoWaysIsRefused() {
    String mapping = REQUIRED.replace("mapping: blm", "mapping: [&a {name: blm}, *a]");
    assertThat(failure(mapping).getMessage())
        .contains("experiment.yaml:5:", "aliases and merges are not read, found *a");
    assertThat(failure(REQUIRED + "training: {<<: {epochs: 1}}\n").getMessage())
        .contains("experiment.yaml:6:", "found <<");
    assertProblem(REQUIRED + "seed: 010\n", "6:7", "seed", "found 010", "octal");
  }

  @Test
  void integersThatDoNotFitAreReportedWithTheirLimit() {
    assertProblem(
        REQUIRED + "training: {epochs: 3000000000}\n",
        "6:",
        "training.epochs",
        "at most 2147483647",
        "found 3000000000");
    assertProblem(
        REQUIRED + "seed: -99999999999999999999\n",
        "6:7",
        "seed",
        "at most 9223372036854775807 in size",
        "found -99999999999999999999");
  }

  @Test
  void filesThatAreNoExperimentsAreRefusedAtOnce() {
    assertThatThrownBy(() -> read("name: " + "[".repeat(5000) + "]".repeat(5000)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("experiment.yaml: not an experiment: nested deeper than 100 levels");
    assertThatThrownBy(() -> read("name: " + "x".repeat(3_000_000)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("experiment.yaml: 3000006 bytes; an experiment has at most");
  }

  @Test
  void whatNeverEndsIsNotWaitedFor() {
    assertThatThrownBy(() -> Experiment.read(Path.of("/dev/zero"), List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("/dev/zero: not a plain file");
    assertThatThrownBy(() -> Experiment.read(folder, List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void optimizerAndScheduleNeedNoName() {
    TrainingOptions training =
        read(REQUIRED, "training.optimizer.lr=0.5", "training.schedule.gamma=0.25").training();
    assertBlock(training.optimizer(), "adam", "lr", "0.5");
    assertThat(training.schedule().name()).isEqualTo(ScheduleOptions.Kind.MULTI_STEP);
    assertThat(training.schedule().gamma()).isEqualTo(0.25);
  }

  @Test
  void takesEnvironmentVariables() {
    String text =
        """
        name: ${WHO}-${WHAT:thing}
        seed: ${SEED}
        dataset: shapes
        backbone: shapenet
        prompt: padding
        mapping: ${MAPPER:blm}
        output: ${EMPTY:there}
        """;
    UnaryOperator<String> environment = Map.of("WHO", "me", "SEED", "12", "EMPTY", "")::get;
    Experiment experiment = read(text, environment);
    assertThat(experiment.name()).isEqualTo("me-thing");
    assertThat(experiment.seed()).isEqualTo(12);
    assertThat(experiment.mapping().get(0).name()).isEqualTo("blm");
    assertThat(experiment.output()).isEqualTo("there");

    ConfigException report =
        catchThrowableOfType(ConfigException.class, () -> read(text, name -> null));
    assertThat(report.problems()).extracting(Problem::path).containsExactly("name", "seed");
    assertThat(report.problems().get(0).toString())
        .contains("experiment.yaml:1:7: name: ")
        .contains("the environment variable WHO is not set");
  }

  @Test
  void overridesReplaceAddAndReachInside() {
    String text =
        REQUIRED.replace("mapping: blm", "mapping: [rlm, {name: blm, laplace: 1}, ilm]")
            + "training:\n  epochs: 5\n";
    Experiment experiment =
        read(
            text,
            "seed=3",
            "training.epochs=9",
            "training.optimizer.name=sgd",
            "training.optimizer.lr=0.25",
            "training.schedule.name=multi-step",
            "training.schedule.milestones=[1, 0.5]",
            "mapping.1.laplace=2",
            "mapping.2={name: blm++, laplace: 3}",
            "prompt.size=64",
            "name=first",
            "name=second");
    assertThat(experiment.seed()).isEqualTo(3);
    assertThat(experiment.name()).isEqualTo("second");
    assertThat(experiment.training().epochs()).isEqualTo(9);
    assertBlock(experiment.training().optimizer(), "sgd", "lr", "0.25");
    assertThat(experiment.training().schedule().milestones())
        .containsExactly(new Milestone("1"), new Milestone("0.5"));
    assertBlock(experiment.mapping().get(0), "rlm");
    assertBlock(experiment.mapping().get(1), "blm", "laplace", "2");
    assertBlock(experiment.mapping().get(2), "blm++", "laplace", "3");
    assertBlock(experiment.prompt(), "padding", "size", "64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed", "=3", "", ".=3", "..=3", "mapping.3=blm"})
  void overridesThatCannotBeAppliedAreNamed(String override) {
    String text = REQUIRED.replace("mapping: blm", "mapping: [rlm, ilm, blm]");
    assertThatThrownBy(() -> read(text, override))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--set " + override);
  }

  @Test
  void aWrongOverrideIsReportedAsTheUserWroteIt() {
    ConfigException report =
        catchThrowableOfType(
            ConfigException.class, () -> read(REQUIRED, "training.epochs=none", "seeds=1"));
    assertThat(report.problems())
        .extracting(Problem::toString)
        .anyMatch(
            line -> line.startsWith("--set training.epochs=none: training.epochs: an integer"))
        .anyMatch(line -> line.startsWith("--set seeds=1: seeds: unknown key"))
        .hasSize(2);
  }

  @Test
  void aMilestoneIsAnEpochOrAFractionOfAll() {
    List<Milestone> milestones =
        read(REQUIRED
                + "training: {schedule: {name: multi-step, milestones: [0.5, 100, 0, 100, 0.72, 1.0, 1]}}\n")
            .training()
            .schedule()
            .milestones();
    assertThat(milestones.stream().map(milestone -> milestone.epoch(200)))
        .containsExactly(100, 100, 0, 100, 144, 200, 1);
    assertThat(milestones.stream().map(milestone -> milestone.epoch(3)))
        .containsExactly(1, 100, 0, 100, 2, 3, 1);
  }

  @Test
  void pathsInTheFileAreRelativeToItAndThoseOfOverridesToTheWorkingDirectory() {
    String text = REQUIRED.replace("backbone: shapenet", "backbone: {name: x, file: ../net.pt}");
    YamlNode.Mapping inFile = read(text).backbone().options();
    assertThat(bindFiles(inFile).file())
        .isEqualTo(folder.toAbsolutePath().normalize().getParent().resolve("net.pt"));
    YamlNode.Mapping set =
        read(text, "backbone.file=sub/net.pt", "backbone.other=/else/where").backbone().options();
    assertThat(bindFiles(set))
        .isEqualTo(
            new FileOptions(
                Path.of("").toAbsolutePath().resolve("sub/net.pt"),
                Optional.of(Path.of("/else/where"))));
  }

  @Test
  void refusesNamesThatAreNoFolders() {
    assertProblem(REQUIRED.replace("tiny", "../tiny"), "1:7", "name", "found \"../tiny\"");
    assertProblem(REQUIRED + "device: gpu\n", "6:9", "device", "cuda:<index>", "found \"gpu\"");
    assertProblem(REQUIRED.replace("mapping: blm", "mapping: []"), "5:10", "mapping", "names no");
  }

  private static FileOptions bindFiles(YamlNode.Mapping options) {
    RecordBinder binder = new RecordBinder(name -> null);
    FileOptions bound = binder.bind(FileOptions.class, options, "backbone");
    binder.throwIfProblems();
    return bound;
  }

  private Experiment read(String text, String... overrides) {
    return Experiment.read(write(text), List.of(overrides), name -> null);
  }

  private Experiment read(String text, UnaryOperator<String> environment) {
    return Experiment.read(write(text), List.of(), environment);
  }

  private Path write(String text) {
    try {
      return Files.writeString(folder.resolve("experiment.yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ConfigException failure(String text) {
    ConfigException failure = catchThrowableOfType(ConfigException.class, () -> read(text));
    assertThat(failure).as("what reading reported of%n%s", text).isNotNull();
    return failure;
  }

  private void assertProblem(String text, String place, String path, String... parts) {
    List<Problem> problems = failure(text).problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).path()).isEqualTo(path);
    assertThat(problems.get(0).toString())
        .contains("experiment.yaml:" + place)
        .contains(path + ": ")
        .contains(parts);
  }

  private static void assertBlock(ExtensionBlock block, String name, String... options) {
    assertThat(block.name()).isEqualTo(name);
    assertThat(block.options().entries()).hasSize(options.length / 2);
    for (int i = 0; i < options.length; i += 2) {
      assertThat(block.options().entries().get(options[i]))
          .isInstanceOfSatisfying(
              YamlNode.Scalar.class, scalar -> assertThat(scalar.text()).isNotEmpty());
      assertThat(((YamlNode.Scalar) block.options().entries().get(options[i])).text())
          .isEqualTo(options[i + 1]);
    }
  }
}
