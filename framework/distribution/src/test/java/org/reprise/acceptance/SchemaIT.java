package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plan.ExperimentSchema;
import org.reprise.engine.plan.OptionReference;
import org.reprise.engine.plugin.PluginHost;

/** The schema of experiments' files and the page of options, of the plugins in the box. */
class SchemaIT {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String WHOLE =
      """
      name: tiny
      dataset: {name: shapes, train: 64}
      backbone: shapenet
      prompt: {name: padding, size: 48}
      mapping: [blm, {name: blm++, laplace: 1}]
      training: {epochs: 2, schedule: cosine, optimizer: {lr: 1e-3}}
      tracking: [csv, {name: mlflow, uri: "${TRACKING}"}]
      """;

  private static PluginHost host;
  private static JsonSchema schema;

  @BeforeAll
  static void load() {
    host = PluginHost.load(List.of(Reprise.INSTALLATION.resolve("plugins")));
    schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(ExperimentSchema.json(host));
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static Set<ValidationMessage> problems(String yaml) throws IOException {
    return schema.validate(YAML.readTree(yaml));
  }

  @Test
  void everyExperimentOfTheCheckoutPasses() throws IOException {
    int seen = 0;
    try (Stream<Path> files = Files.walk(Reprise.CHECKOUT.resolve("experiments"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
        String yaml = Files.readString(file);
        // what others lean on lacks what they add
        boolean whole = yaml.lines().anyMatch(line -> line.startsWith("name:"));
        assertThat(problems(yaml))
            .as("%s", file)
            .allMatch(problem -> !whole && problem.getType().equals("required"));
        seen++;
      }
    }
    assertThat(seen).isPositive();
  }

  @Test
  void anExperimentAndItsRecordPass() throws IOException {
    assertThat(problems(WHOLE)).isEmpty();
    Path quickstart = Reprise.CHECKOUT.resolve("experiments/quickstart.yaml");
    List<String> told = List.of("tracking=[csv, tensorboard]");
    String written = ExperimentPlan.bind(Experiment.read(quickstart, told), host).toYaml();
    assertThat(written).contains("tensorboard");
    assertThat(problems(written)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base: other.yaml",
        "{base: other.yaml, dataset: {limit: {train: 10}}, training: {epochs: 3}}",
        "{base: other.yaml, sweep: {seed: [0, 1], mapping.laplace: [1], exclude: [{seed: 0}]}}",
      })
  void whatAnotherFileSaysNeedNotBeSaid(String yaml) throws IOException {
    assertThat(problems(yaml)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sed: 3",
        "training: {epoch: 3}",
        "training: {epochs: many}",
        "training: {epochs: 1.5}",
        "training: {selection: best}",
        "training: {schedule: {name: cosinus}}",
        "training: {optimizer: {lr: high}}",
        "training: {optimizer: {learning-rate: 0.1}}",
        "training: {optimizer: {name: sgd, beta1: 0.1}}",
        "dataset: {name: shapes, shot: 3}",
        "dataset: {name: shapes, limit: {trian: 3}}",
        "dataset: cifar-ten",
        "backbone: {name: shapenet, output: probabilities}",
        "mapping: [{name: blm, laplace: {value: 1}}]",
        "mapping: [{name: blm, top-k-ratio: 0.1}]",
        "mapping: [bml]",
        "tracking: [{name: csv, folder: x}]",
        "tracking: [mlflow]",
        "sweep: {Seed: [0, 1]}",
        "base: [one, two]",
      })
  void whatIsWrongFails(String line) throws IOException {
    String key = line.substring(0, line.indexOf(':'));
    String rest = WHOLE.replaceAll("(?m)^" + key + ":.*\n", "");
    assertThat(problems(rest + line + "\n")).as(line).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "dataset", "backbone", "prompt", "mapping"})
  void whatIsMissingFails(String key) throws IOException {
    assertThat(problems(WHOLE.replaceAll("(?m)^" + key + ":.*\n", ""))).isNotEmpty();
  }

  /** The page is what this build would write: reprise schema --format markdown. */
  @Test
  void thePageOfOptionsIsFresh() throws IOException {
    Path page = Reprise.CHECKOUT.resolve("docs/options.md");
    assertThat(Files.readString(page))
        .as("./reprise schema --format markdown > docs/options.md makes it anew")
        .isEqualTo(OptionReference.markdown(host));
  }
}
