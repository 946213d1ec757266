package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that are tried in a process of their own, which they take down or do wrong in. */
class PluginTrialIT {
  private static final String MAPPER =
      """
      import java.util.List;
      import org.bytedeco.javacpp.PointerScope;
      import org.bytedeco.pytorch.Tensor;
      import org.bytedeco.pytorch.global.torch;
      import org.bytedeco.pytorch.global.torch.ScalarType;
      import org.reprise.api.mapping.*;
      import org.reprise.api.options.NoOptions;

      public final class <type> implements LabelMapperFactory<NoOptions> {
        public String name() { return "<name>"; }
        public String description() { <asked> }
        public Class<NoOptions> optionsType() { return NoOptions.class; }
        public LabelMapper create(NoOptions options, LabelMapperContext context) {
          <made>
          return new Mapper(context);
        }
        record Mapper(LabelMapperContext context) implements LabelMapper, MatrixMapping {
          public Tensor map(Tensor logits) {
            if (logits.size(0) != 9) return product(logits);
            try (PointerScope scope = new PointerScope()) {
              return product(logits);
            }
          }
          private Tensor product(Tensor logits) {
            return logits.matmul(torch.ones(context.sourceLabels(), context.targetLabels()));
          }
          public Tensor matrix() {
            return torch.ones(context.sourceLabels(), context.targetLabels()).to(ScalarType.Double);
          }
          public void close() {}
        }
      }
      """;

  @TempDir Path folder;

  private void plugin(String name, String type, String asked, String made) throws IOException {
    String source =
        MAPPER
            .replace("<type>", type)
            .replace("<name>", name)
            .replace("<asked>", asked)
            .replace("<made>", made);
    new PluginJar(name, "^2.0.0", type, source).build(folder, folder);
  }

  @Test
  void whateverAPluginDoesTheCommandTells() throws IOException {
    Reprise reprise = new Reprise(folder);

    plugin("ends", "Ends", "Runtime.getRuntime().halt(0); return null;", "");
    Reprise.Result ends = reprise.run("plugins", "install", "ends.jar");
    assertThat(ends.exitCode()).as(ends.err()).isEqualTo(2);
    assertThat(ends.err())
        .contains(
            "ends.jar: not installed: its process ended with exit code 0: while it was loaded");
    assertThat(folder.resolve("data/reprise/plugins")).doesNotExist();

    plugin("hangs", "Hangs", "return \"-\";", "while (context.seed() >= 0) Thread.onSpinWait();");
    Reprise.Result hangs = reprise.run("plugins", "verify", "hangs.jar", "--limit", "8");
    assertThat(hangs.exitCode()).as(hangs.err()).isEqualTo(2);
    assertThat(hangs.err()) // on a busy machine the time is over before it comes to that
        .containsPattern(
            "hangs.jar: it did not end within 8 s: (mapper hangs, while it was"
                + " made|starting|while)");

    plugin("wrong", "Wrong", "return \"-\";", "");
    Reprise.Result wrong = reprise.run("plugins", "verify", "wrong.jar");
    assertThat(wrong.exitCode()).as(wrong.err()).isEqualTo(2);
    assertThat(wrong.err()).containsPattern("wrong.jar: \\d+ problems");
    assertThat(wrong.out())
        .containsPattern("mapper wrong: contract suite: \\d+ passed, \\d+ failed")
        .containsPattern("\\[matrix]\\s+expected: Float\\s+but was: Double")
        .contains("a tensor that was freed already (a PointerScope around a result frees it)");
  }
}
