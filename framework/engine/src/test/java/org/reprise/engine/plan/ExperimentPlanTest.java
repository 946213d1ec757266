package org.reprise.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.engine.config.ConfigException;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.fake.FakePlugin;
import org.reprise.engine.plugin.PluginHost;

class ExperimentPlanTest {
  @TempDir private Path folder;
  private PluginHost host;

  @BeforeEach
  void load() throws IOException {
    host = FakePlugin.load(folder);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private ExperimentPlan bind(String... settings) throws IOException {
    Path yaml = Files.writeString(folder.resolve("tiny.yaml"), FakePlugin.EXPERIMENT);
    return ExperimentPlan.bind(Experiment.read(yaml, List.of(settings)), host);
  }

  private static FakePlugin.RuleOptions rule(ExperimentPlan plan) {
    return (FakePlugin.RuleOptions) plan.updateRule().options();
  }

  @Test
  void theOptimizerIsAnExtensionAndAdamUnlessItIsNamed() throws IOException {
    assertThat(bind().updateRule().entry().name()).isEqualTo("adam");
    assertThat(rule(bind()).lr()).isEqualTo(0.01);
    // {lr: 0.1} is adam's
    ExperimentPlan plan = bind("training.optimizer={lr: 0.1}");
    assertThat(plan.updateRule().entry().name()).isEqualTo("adam");
    assertThat(rule(plan).lr()).isEqualTo(0.1);
    assertThat(rule(bind("training.optimizer.lr=0.25")).lr()).isEqualTo(0.25);

    ExperimentPlan named = bind("training.optimizer={name: counter, lr: 0.5}");
    assertThat(named.updateRule().entry().name()).isEqualTo("counter");
    assertThat(rule(named).lr()).isEqualTo(0.5);
    assertThat(bind("training.optimizer=counter").updateRule().entry().name()).isEqualTo("counter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.optimizer=adma | there is no update-rule \"adma\"; did you mean \"adam\"?",
        "training.optimizer={lrr: 0.1} | training.optimizer.lrr: unknown key; did you mean \"lr\"?",
        "training.optimizer={lr: fast} | training.optimizer.lr: a number was expected",
        "training.optimizer={lr: .nan} | training.optimizer.lr: must be positive and finite",
        "training.optimizer={lr: .inf} | training.optimizer.lr: must be positive and finite",
        "training.optimizer={lr: 0} | training.optimizer.lr: must be positive and finite",
        "training.optimizer={lr: -1} | training.optimizer.lr: must be positive and finite",
        "training.optimizer=[adam] | training.optimizer: a block of keys or a name was expected",
        "backbone=gray | there is no backbone \"gray\"; did you mean \"grey\"?",
        "backbone={name: grey, output: feature} | did you mean \"features\"?",
        "mapping=[counting, conting] | there is no mapper \"conting\"; did you mean \"counting\"?",
        "prompt=counting | there is no prompt \"counting\"",
        "dataset={name: grey, shotts: 3} | dataset.shotts: unknown key; did you mean \"shots\"?",
      })
  void whatDoesNotBindIsNamedWithTheNearest(String setting, String message) {
    assertThatThrownBy(() -> bind(setting))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void allProblemsStandInOneReport() {
    assertThatThrownBy(() -> bind("training.optimizer=adma", "backbone=gray", "mapping=conting"))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(3));
  }

  @Test
  void whatIsWrittenBindsToTheSame() throws IOException {
    ExperimentPlan plan =
        bind(
            "training.optimizer={lr: 0.1}",
            "training.schedule={name: multi-step, milestones: [+5, 0.5]}",
            "training.validation=0.2",
            "training.selection=validation",
            "dataset.limit={train: 8}",
            "mapping=[fixed, {name: counting, once: true}]");
    String yaml = plan.toYaml();
    assertThat(yaml).contains("name: \"adam\"", "lr: 0.1").contains("- 5\n").contains("- 0.5\n");
    Path written = Files.writeString(folder.resolve("written.yaml"), yaml);
    ExperimentPlan read = ExperimentPlan.bind(Experiment.read(written, List.of()), host);
    assertThat(read.toYaml()).isEqualTo(yaml);
    assertThat(read.updateRule().options()).isEqualTo(plan.updateRule().options());
    assertThat(read.data().filter()).isEqualTo(plan.data().filter());
    assertThat(read.withMapper(1).labels()).containsExactly("counting");
    assertThat(read.withMapper(1).mappers().get(0).options())
        .isEqualTo(plan.mappers().get(1).options());
  }
}
