package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that do not fit: reported with file and reason, left out, and missed only if named. */
class PluginsIT {
  private static final String MAPPER =
      """
      import java.util.List;
      import org.reprise.api.mapping.*;
      import org.reprise.api.options.NoOptions;

      public final class <type> implements LabelMapperFactory<NoOptions> {
        public String name() { return "<name>"; }
        public List<String> aliases() { return List.of(<alias>); }
        public String description() { return "A mapper."; }
        public Class<NoOptions> optionsType() { return NoOptions.class; }
        public LabelMapper create(NoOptions options, LabelMapperContext context) { return null; }
      }
      """;

  @TempDir Path folder;
  private Reprise reprise;

  @BeforeEach
  void makePlugins() throws IOException {
    mapper("twice", "^2.0.0", "Twice", "blm", "");
    mapper("alias", "^2.0.0", "Alias", "another", "\"blmp\"");
    mapper("future", "^3.0.0", "Future", "future", "");
    mapper("old", "^1.0.0", "Old", "old", "");
    mapper("good", "^2.0.0", "Good", "good", "\"fine\", \"well\"");
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("[blm]", 32, 1));
    reprise =
        new Reprise(folder)
            .with("REPRISE_PLUGINS", folder.resolve("a") + ":" + folder.resolve("b"));
  }

  private void mapper(String id, String requires, String type, String name, String alias)
      throws IOException {
    String source =
        MAPPER.replace("<type>", type).replace("<name>", name).replace("<alias>", alias);
    String plugins = id.equals("good") ? "b" : "a";
    new PluginJar(id, requires, type, source).build(folder, folder.resolve(plugins));
  }

  @Test
  void whatDoesNotFitIsReportedAndTheRestIsThere() {
    Reprise.Result listed = reprise.run("plugins").succeeded();

    assertThat(listed.out())
        .contains("mapper blm  [mappers-bayesian ", "mapper good (also fine, well)  [good 1.0.0]")
        .doesNotContain("[twice", "[alias", "[future");
    assertThat(listed.err().lines())
        .hasSize(4)
        .anyMatch(line -> line.matches(".*a/twice.jar: left out: the mapper \"blm\" exists .*"))
        .anyMatch(line -> line.matches(".*a/alias.jar: left out: the mapper \"blmp\" exists .*"))
        .anyMatch(line -> line.matches(".*a/future.jar: left out: .*\\^3\\.0\\.0.*2\\.0\\.0.*"))
        .anyMatch(line -> line.matches(".*a/old.jar: left out: .*\\^1\\.0\\.0.*2\\.0\\.0.*"));
    assertThat(reprise.run("plugins", "describe", "well").succeeded().out())
        .startsWith("mapper good (also fine, well)  [good 1.0.0]\n");
  }

  @Test
  void aRunGoesOnUnlessItNeedsWhatWasLeftOut() throws IOException {
    Reprise.Result run = reprise.run("run", "tiny.yaml").succeeded();
    assertThat(run.err()).contains("a/twice.jar: left out", "a/future.jar: left out");

    Reprise.Result needs = reprise.run("run", "tiny.yaml", "--set", "mapping=[blm, future]");
    assertThat(needs.exitCode()).as(needs.err()).isEqualTo(2);
    assertThat(needs.err())
        .contains("there is no mapper \"future\"", "a/future.jar: left out: ")
        .doesNotContain("\tat ");
    assertThat(Reprise.runs(reprise.tiny(), "blm")).hasSize(1);
  }
}
