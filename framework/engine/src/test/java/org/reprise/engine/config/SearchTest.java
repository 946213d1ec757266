package org.reprise.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.TrainingOptions.Selection;

class SearchTest {
  private static final String COMMON =
      """
      name: table
      dataset: digits
      backbone: resnet18
      prompt: {name: padding, size: 224}
      mapping: [ilm, blm]
      training: {epochs: 9}
      """;

  private static final String SEARCH =
      """
      search:
        method: successive-halving
        trials: 12
        space:
          training.optimizer.lr: {log: [0.001, 10]}
          training.batch-size: {integer: [2, 5]}
          training.label-smoothing: {uniform: [0.1, 0.4]}
          prompt.init: [zero, normal]
      """;

  @TempDir private Path folder;

  private Study study(String text, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("study.yaml"), text);
    return Study.read(
        file, List.of(overrides), (key, written) -> written, Map.<String, String>of()::get);
  }

  private static Trial trial(Study.Variant run) {
    return run.trial().orElseThrow();
  }

  @Test
  void eachCombinationTriesTheSameSettings() throws IOException {
    Study study = study(COMMON + "sweep: {seed: [0, 1]}\n" + SEARCH);
    assertThat(study.runs()).hasSize(4 * 12);
    assertThat(study.alone()).isEmpty();
    assertThat(study.runs().get(0).label()).isEqualTo("ilm-seed0-trial01");
    assertThat(study.runs().get(47).label()).isEqualTo("blm-seed1-trial12");
    for (int i = 0; i < 48; i++) {
      Study.Variant run = study.runs().get(i);
      assertThat(trial(run).number()).isEqualTo(i % 12 + 1);
      assertThat(run.label()).startsWith(trial(run).search() + "-trial");
      assertThat(trial(run).values()).isEqualTo(trial(study.runs().get(i % 12)).values());
      TrainingOptions training = run.experiment().training();
      assertThat(training.selection()).isEqualTo(Selection.VALIDATION);
      assertThat(training.validation()).hasValue(0.1);
      assertThat(training.batchSize()).isBetween(2, 5);
      assertThat(training.labelSmoothing()).isBetween(0.1, 0.4);
      assertThat(String.valueOf(training.batchSize()))
          .isEqualTo(trial(run).values().get("training.batch-size"));
      double rate = Double.parseDouble(trial(run).values().get("training.optimizer.lr"));
      assertThat(rate).isBetween(0.001, 10.0);
      assertThat(training.optimizer().options().entries()).containsKey("lr");
      assertThat(run.axes())
          .containsEntry("training.optimizer.lr", trial(run).values().get("training.optimizer.lr"));
    }
    assertThat(
            new HashSet<>(
                study.runs().subList(0, 12).stream().map(run -> trial(run).values()).toList()))
        .hasSize(12);
  }

  @Test
  void aLongerSearchBeginsWithTheTrialsOfAShorterOne() throws IOException {
    List<Study.Variant> few = study(COMMON + SEARCH).runs().subList(0, 12);
    List<Study.Variant> more = study(COMMON + SEARCH, "search.trials=99").runs().subList(0, 12);
    assertThat(more.stream().map(run -> trial(run).values()).toList())
        .isEqualTo(few.stream().map(run -> trial(run).values()).toList());
    List<Study.Variant> other = study(COMMON + SEARCH, "search.seed=1").runs().subList(0, 12);
    assertThat(trial(other.get(0)).values()).isNotEqualTo(trial(few.get(0)).values());
  }

  /** By decades, a uniform draw of the logarithm is uniform: chi-squared with 3 degrees, p 1e-4. */
  @Test
  void logarithmsAreDrawnUniformly() throws IOException {
    String space =
        "search: {method: random, trials: 4000, space: {training.optimizer.lr: {log: [0.001, 10]}}}";
    // three digits leave 3,601 numbers: the draw is without repetition, so far from the edge of it
    Study study = study(COMMON.replace("[ilm, blm]", "blm") + space, "search.trials=1200");
    int[] decades = new int[4];
    for (Study.Variant run : study.runs()) {
      double rate = Double.parseDouble(trial(run).values().get("training.optimizer.lr"));
      decades[(int) Math.min(3, Math.floor(Math.log10(rate) + 3 + 1e-12))]++;
    }
    double chi = 0;
    for (int count : decades) {
      chi += (count - 300.0) * (count - 300.0) / 300.0;
    }
    assertThat(chi).isLessThan(21.1);
  }

  @Test
  void anOwnValidationSplitStays() throws IOException {
    Study study = study(COMMON + SEARCH, "training.selection=validation");
    assertThat(study.runs().get(0).experiment().training().validation()).isEmpty();
    study = study(COMMON + SEARCH, "training.selection=validation", "training.validation=0.3");
    assertThat(study.runs().get(0).experiment().training().validation()).hasValue(0.3);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("method: random", "method: randon", "did you mean \"random\"?"),
        Arguments.of("trials: 12", "trails: 12", "did you mean \"trials\"?"),
        Arguments.of("trials: 12", "trials: 1", "must be 2 to 10000, found 1"),
        Arguments.of("log: [0.001, 10]", "lgo: [0.001, 10]", "did you mean \"log\"?"),
        Arguments.of("log: [0.001, 10]", "log: [0, 10]", "must begin above 0, found 0"),
        Arguments.of("log: [0.001, 10]", "log: [10, 10]", "must rise, found 10 to 10"),
        Arguments.of("log: [0.001, 10]", "log: [1]", "two numbers were expected"),
        Arguments.of("log: [0.001, 10]", "log: [a, 2]", "a number was expected"),
        Arguments.of("log: [0.001, 10]", "log: [1, 1e999999999]", "two numbers were expected"),
        Arguments.of("integer: [2, 5]", "integer: [2, 5.5]", "two integers were expected"),
        Arguments.of("training.batch-size", "training.batch-sise", "did you mean"),
        Arguments.of("training.batch-size", "seed", "cannot be searched"),
        Arguments.of("training.batch-size", "training.epochs", "cannot be searched"),
        Arguments.of("prompt.init", "prompt", "is set by"),
        Arguments.of("trials: 12", "trials: 12\n  min-epochs: 10", "10 of 9"),
        Arguments.of("{integer: [2, 5]}", "7", "a list of values, or {log: [from, to]}"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongIsNamedWithItsPlace(String right, String wrong, String message) {
    String search = SEARCH.replace("method: successive-halving", "method: random");
    String more = wrong.equals("prompt") ? "sweep: {prompt.size: [32, 48]}\n" : "";
    assertThat(search).contains(right);
    assertThatThrownBy(() -> study(COMMON + more + search.replace(right, wrong)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("study.yaml:");
  }

  @Test
  void aSpaceThatIsTooSmallSaysHowMuchItHas() {
    String search =
        "search: {method: random, trials: 7, space: {training.batch-size: [2, 3], prompt.init: [zero, normal, zero]}}";
    assertThatThrownBy(() -> study(COMMON + search))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has 4 different settings, and 7 are to be tried");
  }

  @Test
  void theTestSplitIsNoJudge() {
    assertThatThrownBy(() -> study(COMMON + SEARCH, "training.selection=test"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("the test split is read by its winner alone")
        .hasMessageContaining("found test");
    assertThatThrownBy(() -> study(COMMON + SEARCH, "training.optimizer.lr=0.1"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the study varies training.optimizer.lr");
    assertThatThrownBy(() -> Experiment.read(folder.resolve("study.yaml"), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("this is a study");
  }
}
