package org.reprise.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;

class StudyTest {
  private static final String COMMON =
      """
      name: table
      dataset: {name: flowers102, path: data/flowers102, limit: {train: 5}}
      backbone: resnet18
      prompt: {name: padding, size: 224}
      mapping: [ilm, blmpp]
      training: {epochs: 3}
      """;

  private static final Study.Naming NAMING =
      (key, written) -> key.equals("mapping") && written.equals("blmpp") ? "blm++" : written;

  @TempDir private Path folder;

  private Study study(String text, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("study.yaml"), text);
    return Study.read(file, List.of(overrides), NAMING, Map.of("VALUE", "7")::get);
  }

  private static List<String> labels(Study study) {
    return study.runs().stream().map(Study.Variant::label).toList();
  }

  @Test
  void withoutASweepTheMappersAreTheRuns() throws IOException {
    Study study = study(COMMON);
    assertThat(labels(study)).containsExactly("ilm", "blm++");
    assertThat(study.alone().orElseThrow().mapping()).hasSize(2);
    assertThat(study.runs().get(1).axes()).isEqualTo(Map.of("mapping", "blm++"));
    assertThat(study.runs().get(1).experiment().mapping())
        .extracting(ExtensionBlock::name)
        .containsExactly("blmpp");
  }

  @Test
  void everyCombinationIsARunAndDataSetsStayTogether() throws IOException {
    Study study =
        study(
            COMMON
                + """
                sweep:
                  seed: [0, 1]
                  dataset: [flowers102, {name: dtd, with: {training.batch-size: 64}}]
                """);
    assertThat(labels(study))
        .containsExactly(
            "flowers102-ilm-seed0",
            "flowers102-blm++-seed0",
            "flowers102-ilm-seed1",
            "flowers102-blm++-seed1",
            "dtd-ilm-seed0",
            "dtd-blm++-seed0",
            "dtd-ilm-seed1",
            "dtd-blm++-seed1");
    Study.Variant first = study.runs().get(0);
    assertThat(first.axes().keySet()).containsExactly("dataset", "mapping", "seed");
    // a bare name of the block that stands there keeps what was said of it
    assertThat(first.experiment().dataset().options().entries()).containsKeys("path", "limit");
    assertThat(first.experiment().training().batchSize()).isEqualTo(256);
    Study.Variant last = study.runs().get(7);
    assertThat(last.experiment().dataset().options().entries()).isEmpty();
    assertThat(last.experiment().training().batchSize()).isEqualTo(64);
    assertThat(last.experiment().training().epochs()).isEqualTo(3);
    assertThat(last.experiment().seed()).isEqualTo(1);
    assertThat(study.alone()).isEmpty();
    assertThat(study.yaml()).contains("sweep:", "training.batch-size: 64");
  }

  @Test
  void anyKeyIsAnAxisAndABlockComesBeforeWhatIsInIt() throws IOException {
    Study study =
        study(
            COMMON.replace("[ilm, blmpp]", "blmpp")
                + """
                sweep:
                  mapping.laplace: [0.1, 1]
                  training.optimizer.lr: {value: 0.5, with: {training.epochs: 9}}
                  training.edition: [fast, standard]
                """);
    assertThat(labels(study))
        .containsExactly(
            "blm++-laplace0.1-lr0.5-edition-fast",
            "blm++-laplace1-lr0.5-edition-fast",
            "blm++-laplace0.1-lr0.5-edition-standard",
            "blm++-laplace1-lr0.5-edition-standard");
    Experiment second = study.runs().get(1).experiment();
    YamlNode laplace = second.mapping().get(0).options().entries().get("laplace");
    assertThat(((YamlNode.Scalar) laplace).text()).isEqualTo("1");
    assertThat(second.training().epochs()).isEqualTo(9);
    assertThat(second.training().optimizer().name()).isEqualTo("adam");
  }

  @Test
  void excludedCombinationsAreLeftOut() throws IOException {
    Study study =
        study(
            COMMON
                + """
                sweep:
                  seed: [0, 1, 2]
                  exclude: [{mapping: blm++, seed: [1, 2.0]}, {mapping: ilm, seed: 0}]
                """);
    assertThat(labels(study)).containsExactly("blm++-seed0", "ilm-seed1", "ilm-seed2");
  }

  @Test
  void valuesOfOneNameAreToldApart() throws IOException {
    Study study =
        study(
            COMMON.replace("[ilm, blmpp]", "[blmpp, {name: blm++, laplace: 2}]")
                + "sweep: {seed: 4}\n");
    assertThat(labels(study)).containsExactly("blm++-seed4", "blm++-2-seed4");
    assertThat(study.runs().get(1).axes()).containsEntry("mapping", "blm++-2");
  }

  @Test
  void whatIsNotSaidIsSaidInTheBase() throws IOException {
    Path below = Files.createDirectories(folder.resolve("below"));
    Files.writeString(below.resolve("common.yaml"), COMMON + "sweep: {seed: [0, 1]}\n");
    Study study =
        study(
            """
            base: below/common.yaml
            name: mine
            dataset: {limit: {test: 3}}
            prompt: watermark
            mapping: ilm
            sweep: {seed: [5, "${VALUE}"]}
            """);
    assertThat(labels(study)).containsExactly("ilm-seed5", "ilm-seed-__VALUE_");
    Experiment experiment = study.runs().get(1).experiment();
    assertThat(experiment.name()).isEqualTo("mine");
    assertThat(experiment.seed()).isEqualTo(7);
    // merged key by key
    YamlNode.Mapping dataset = experiment.dataset().options();
    assertThat(((YamlNode.Mapping) dataset.entries().get("limit")).entries())
        .containsOnlyKeys("train", "test");
    assertThat(dataset.entries().get("path").place().folder()).isEqualTo(below);
    // another extension has nothing of the old one's options
    assertThat(experiment.prompt().options().entries()).isEmpty();
  }

  @Test
  void aFileIsNotItsOwnBase() throws IOException {
    Files.writeString(folder.resolve("other.yaml"), "base: study.yaml\n");
    assertThatThrownBy(() -> study("base: other.yaml\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("other.yaml:1:7: base: ")
        .hasMessageContaining("leans on this file itself");
    assertThatThrownBy(() -> study("base: absent.yaml\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("absent.yaml: no such file");
    assertThatThrownBy(() -> study("base: [a]\n"))
        .hasMessageContaining("base: the path of an experiment's file was expected, found a list");
  }

  @Test
  void mistakesAreToldWithTheirPlace() {
    assertMistake("sweep: {name: [a, b]}\n", "7:9: sweep.name: is one for the whole study");
    assertMistake("sweep: {sede: [1]}\n", "7:16: sede: unknown key; did you mean \"seed\"?");
    assertMistake("sweep: {seed: []}\n", "7:15: sweep.seed: has no values");
    assertMistake("sweep: [1]\n", "7:8: sweep: a block of keys was expected, found a list");
    assertMistake(
        "sweep: {seed: [1], exclude: [{dataset: dtd}]}\n", "sweep.exclude.dataset: no axis");
    assertMistake(
        "sweep: {seed: [1], exclude: [{seed: 2}]}\n", "sweep.exclude.seed: the axis has no such");
    assertMistake("sweep: {seed: [1], exclude: [{}]}\n", "would exclude everything");
    assertMistake("sweep: {seed: 1, exclude: [{seed: 1}]}\n", "leaves no run");
    assertMistake("sweep: {seed: [1, x]}\n", "7:19: seed: an integer was expected, found text");
    String many =
        "sweep: {seed: %s, training.epochs: %<s}\n".formatted("[" + "1, ".repeat(400) + "1]");
    assertMistake(many, "more than 100000 combinations");
  }

  private void assertMistake(String sweep, String message) {
    assertThatThrownBy(() -> study(COMMON + sweep))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatAnAxisSetsIsNotSetInVain() throws IOException {
    String swept = COMMON + "sweep: {seed: [0, 1], dataset: [a, b]}\n";
    assertThatThrownBy(() -> study(swept, "seed=3"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--set seed=3: the study varies seed");
    assertThatThrownBy(() -> study(swept, "dataset.path=x"))
        .isInstanceOf(InvalidInputException.class);
    assertThat(labels(study(swept, "sweep={seed: [3]}", "training.epochs=1")))
        .containsExactly("ilm-seed3", "blm++-seed3");
    assertThatThrownBy(() -> Experiment.read(folder.resolve("study.yaml"), List.of()))
        .hasMessageContaining("one experiment was expected here, and this is a study");
  }
}
