package org.reprise.engine.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.options.Block;
import org.reprise.engine.config.ConfigException;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.fake.Around;
import org.reprise.engine.fake.FakePlugin;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.testkit.NativeScope;

/** Extensions that are built around others, which their options or they themselves name. */
@ExtendWith(NativeScope.class)
class BlockTest {
  private static final String TURNED = "backbone={name: turned, network: grey, table: a.txt}";

  @TempDir private Path folder;
  private PluginHost host;

  @BeforeEach
  void load() throws IOException {
    host = FakePlugin.load(folder);
    Greys greys = new Greys(List.of(0, 100, 255), List.of(0, 1, 2));
    FakePlugin.hold(Map.of(Split.TRAIN, greys, Split.TEST, greys));
    Files.writeString(folder.resolve("a.txt"), "a");
  }

  @AfterEach
  void close() {
    host.close();
  }

  private ExperimentPlan bind(String... settings) throws IOException {
    Path yaml = Files.writeString(folder.resolve("tiny.yaml"), FakePlugin.EXPERIMENT);
    String[] all = Arrays.copyOf(settings, settings.length);
    for (int i = 0; i < all.length; i++) {
      all[i] = all[i].replace("a.txt", folder.resolve("a.txt").toString());
    }
    return ExperimentPlan.bind(Experiment.read(yaml, List.of(all)), host);
  }

  @Test
  void aBackboneIsMadeAroundAnotherAndClosesIt() throws IOException {
    try (Session session = Session.open(bind(TURNED), event -> {})) {
      assertThat(FakePlugin.open()).containsEntry("backbone", 1);
      Tensor white = torch.ones(3, 3, 2, 2);
      // the fake returns z and -z, z being the mean less a half
      assertThat(doubles(session.backbone().forward(white).select(0, 1)))
          .containsExactly(-0.5, 0.5);
    }
    assertThat(FakePlugin.open()).containsEntry("backbone", 0);
  }

  @Test
  void whatIsWrittenSaysWhatIsInsideAndBindsToTheSame() throws IOException {
    ExperimentPlan plan =
        bind("backbone={name: turned, network: {name: turned, network: grey, table: a.txt}}");
    Path written = Files.writeString(folder.resolve("written.yaml"), plan.toYaml());
    ExperimentPlan read = ExperimentPlan.bind(Experiment.read(written, List.of()), host);
    assertThat(read.toYaml()).isEqualTo(plan.toYaml());
    assertThat(plan.backbone().options()).isEqualTo(read.backbone().options());
    Block<Backbone> inside = ((Around.NetworkOptions) plan.backbone().options()).network();
    assertThat(inside.name()).isEqualTo("turned");
    assertThat(inside.options()).containsEntry("table", folder.resolve("a.txt"));
    assertThat(plan.backbone().withInner().map(each -> each.entry().name()))
        .containsExactly("turned", "turned", "grey");

    DeclaredInputs inputs = new DeclaredInputs();
    inputs.declareOptions(plan.backbone().options());
    assertThat(inputs.paths()).containsExactly(folder.resolve("a.txt"));
  }

  @Test
  void aMapperHasAnotherAndANetworkMadeAndSaysWhere() throws IOException {
    ExperimentPlan plan = bind("mapping={name: beside, mapper: {name: counting, once: true}}");
    BoundExtension<?, ?> bound = plan.mappers().get(0);
    assertThat(bound.toMap()).containsEntry("mapper", Map.of("name", "counting", "once", true));
    try (Session session = Session.open(plan, event -> {});
        LabelMapper mapper = session.newMapper(plan.mappers().get(0))) {
      assertThat(mapper).isNotNull();
      assertThat(FakePlugin.open()).containsEntry("mapper", 1).containsEntry("backbone", 1);
      // the network's plugin counts, though no option names the network
      assertThat(session.inputs(plan.mappers().get(0)).get("mapping").paths())
          .contains(host.extensions().get(0).plugin().file());
    }
    // without the block its default is taken
    assertThat(bind("mapping=beside").mappers().get(0).inner().get(0).entry().name())
        .isEqualTo("fixed");
  }

  @Test
  void whatSurroundingsAreNotThereForIsRefused() throws IOException {
    try (Session session = Session.open(bind(), event -> {})) {
      Contexts.OfUpdateRule context =
          new Contexts.OfUpdateRule(
              new Contexts.Surroundings(host, new DeclaredInputs(), note -> {}), List.of(), 0);
      assertThatThrownBy(() -> context.make(new Block<>(Backbone.class, "grey", Map.of())))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("no Backbone can be made here: grey");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: turned, network: gray} | tiny.yaml",
        "{name: turned, network: gray} | there is no backbone \"gray\"; did you mean \"grey\"?",
        "{name: turned} | backbone.network: is missing (the network inside)",
        "{name: turned, network: {name: grey, widht: 2}} | backbone.network.widht: unknown key",
        "{name: turned, network: {name: turned, network: counting}} | there is no backbone",
        "{name: turned, network: 3} | there is no backbone \"3\"",
        "{name: turned, network: [grey]} | a block of keys or a name was expected",
      })
  void whatDoesNotBindInsideIsNamedWithItsPlace(String backbone, String message)
      throws IOException {
    Path yaml =
        Files.writeString(
            folder.resolve("tiny.yaml"),
            FakePlugin.EXPERIMENT.replace("backbone: grey", "backbone: " + backbone));
    assertThatThrownBy(() -> ExperimentPlan.bind(Experiment.read(yaml, List.of()), host))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
