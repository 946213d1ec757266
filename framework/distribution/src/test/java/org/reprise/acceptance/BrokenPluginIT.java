package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Extensions that do not do what the API says: the run ends, and says whose fault it is. */
class BrokenPluginIT {
  private static final String IMPORTS =
      """
      import java.util.*;
      import org.bytedeco.pytorch.*;
      import org.bytedeco.pytorch.global.torch;
      import org.bytedeco.pytorch.global.torch.ScalarType;
      import org.reprise.api.KeptTensor;
      import org.reprise.api.Trainable;
      import org.reprise.api.backbone.*;
      import org.reprise.api.data.*;
      import org.reprise.api.mapping.*;
      import org.reprise.api.options.*;
      import org.reprise.api.prompt.*;
      import org.reprise.api.training.ParameterGroup;

      """;

  private static final String PROMPT =
      """
      public final class BrokenPrompt implements InputPromptFactory<BrokenPrompt.Options> {
        public record Options(@Option("what to do") String mode) {}
        public String name() { return "broken-prompt"; }
        public String description() { return "A prompt."; }
        public Class<Options> optionsType() { return Options.class; }
        public Optional<ImageSize> promptSize(Options options) { return Optional.of(ImageSize.square(48)); }
        public InputPrompt create(Options options, InputPromptContext context) {
          if (options.mode().equals("no-object")) return null;
          KeptTensor added = new KeptTensor(
              torch.zeros(1, 3, 1, 1).set_requires_grad(!options.mode().equals("no-gradient")));
          return new Prompt(options, context, added);
        }
        private record Prompt(Options options, InputPromptContext context, KeptTensor added)
            implements InputPrompt, Trainable {
            public ImagePreparation preparation(Split split) { return ImagePreparation.stretched(context.inputSize()); }
            public NetworkInput forward(Tensor images, Purpose purpose) {
              Tensor result = images.add(added.get());
              return new NetworkInput.Whole(switch (options.mode()) {
                case "throws" -> throw new IllegalStateException("out of paint");
                case "small" -> result.narrow(2, 0, 20);
                case "double" -> result.to(ScalarType.Double);
                case "no-tensor" -> null;
                case "freed" -> freed(result);
                case "detached" -> result.detach();
                default -> result;
              });
            }
            private Tensor freed(Tensor tensor) {
              try (org.bytedeco.javacpp.PointerScope scope = new org.bytedeco.javacpp.PointerScope()) {
                return tensor.clone();
              }
            }
            public List<ParameterGroup> parameters() {
              return List.of(ParameterGroup.of(added.get()));
            }
            public Map<String, Tensor> state() {
              return Map.of(options.mode().equals("bad-name") ? "a b" : "added", added.get());
            }
            public void restore(Map<String, Tensor> state) {}
            public void close() { added.close(); }
        }
      }
      """;

  private static final String BACKBONE =
      """
      public final class BrokenBackbone implements BackboneFactory<BrokenBackbone.Options> {
        public record Options(@Option("what to do") String mode) {}
        public String name() { return "broken-backbone"; }
        public String description() { return "A backbone."; }
        public Class<Options> optionsType() { return Options.class; }
        public Backbone create(Options options, BackboneContext context) {
          return new Backbone() {
            public int sourceLabels() { return 3; }
            public List<String> labels() { return List.of("red", "green", "blue"); }
            public ImageSize inputSize() { return ImageSize.square(48); }
            public Normalization normalization() {
              return options.mode().equals("no-normalization") ? null : Normalization.IDENTITY;
            }
            public Tensor forward(Tensor x) {
              Tensor logits = x.mean(2, 3);
              return switch (options.mode()) {
                case "rows" -> logits.narrow(0, 0, 1);
                case "detached" -> logits.detach();
                default -> logits;
              };
            }
            public void close() {}
          };
        }
      }
      """;

  private static final String DATASET =
      """
      public final class BrokenDataset implements DatasetFactory<BrokenDataset.Options> {
        public record Options(@Option("what to do") String mode) {}
        public String name() { return "broken-dataset"; }
        public String description() { return "A data set."; }
        public Class<Options> optionsType() { return Options.class; }
        public Dataset create(Options options, DatasetContext context) {
          return new Dataset() {
            public List<String> labels() { return options.mode().equals("no-labels") ? List.of() : List.of("a", "b"); }
            public int size(Split split) { return options.mode().equals("negative") ? -1 : 4; }
            public ImageSize imageSize() { return ImageSize.square(24); }
            public int label(Split split, int index) { return 0; }
            public EncodedSample read(Split split, int index) { return null; }
            public void close() {}
          };
        }
      }
      """;

  private static final String MAPPER =
      """
      public final class BrokenMapper implements LabelMapperFactory<NoOptions> {
        public String name() { return "broken-mapper"; }
        public String description() { return "Forgets to map."; }
        public Class<NoOptions> optionsType() { return NoOptions.class; }
        public LabelMapper create(NoOptions options, LabelMapperContext context) {
          return new LabelMapper() {
            public Tensor map(Tensor logits) { return logits.mul(new Scalar(1.0)); }
            public void close() {}
          };
        }
      }
      """;

  @TempDir static Path folder;

  @BeforeAll
  static void makePlugins() throws IOException {
    Path plugins = folder.resolve("plugins");
    for (String source : new String[] {PROMPT, BACKBONE, DATASET, MAPPER}) {
      String type = source.split(" ", 5)[3];
      new PluginJar(
              type.replace("Broken", "its-").toLowerCase(Locale.ROOT),
              "^2.0.0",
              type,
              IMPORTS + source)
          .build(folder, plugins);
    }
    String tiny = Reprise.tiny("[blm]", 32, 1);
    Files.writeString(
        folder.resolve("tiny.yaml"), tiny.replace("output: runs", "output: " + folder + "/runs"));
  }

  private static Reprise.Result run(String... settings) {
    return InProcess.command(
        folder,
        Stream.concat(
                Stream.of("run", "@tiny.yaml", "--plugins", "@plugins"),
                Stream.of(settings).flatMap(setting -> Stream.of("--set", setting)))
            .toArray(String[]::new));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "prompt={name: broken-prompt, mode: throws} | in a plugin: BrokenPrompt$Prompt.forward (BrokenPrompt.java:",
        "prompt={name: broken-prompt, mode: no-object} | prompt broken-prompt [its-prompt 1.0.0]: create() returned nothing",
        "prompt={name: broken-prompt, mode: no-gradient} | prompt broken-prompt [its-prompt 1.0.0]: parameters() holds a tensor that requires none",
        "prompt={name: broken-prompt, mode: small} | BrokenPrompt$Prompt.forward() returned Float [32, 3, 20, 48], expected Float [32, 3, 48, 48]",
        "prompt={name: broken-prompt, mode: double} | BrokenPrompt$Prompt.forward() returned Double [32, 3, 48, 48], expected Float [32, 3, 48, 48]",
        "prompt={name: broken-prompt, mode: no-tensor} | BrokenPrompt$Prompt.forward() returned nothing, expected Float [32, 3, 48, 48]",
        "prompt={name: broken-prompt, mode: freed} | BrokenPrompt$Prompt.forward() returned a tensor that was freed already",
        "prompt={name: broken-prompt, mode: detached} | BrokenPrompt$Prompt.forward() cut its result from the graph",
        "prompt={name: broken-prompt, mode: bad-name} | BrokenPrompt$Prompt.state() returned a tensor named \"a b\"",
        "backbone={name: broken-backbone, mode: no-normalization} | backbone broken-backbone [its-backbone 1.0.0]: normalization() returned nothing",
        "backbone={name: broken-backbone, mode: rows} | BrokenBackbone$1.forward() returned Float [1, 3], expected Float, Half or BFloat16 [32, 3]",
        "backbone={name: broken-backbone, mode: detached} | BrokenBackbone$1.forward() cut its result from the graph",
        "dataset={name: broken-dataset, mode: no-labels} | dataset broken-dataset [its-dataset 1.0.0]: labels() is empty",
        "dataset={name: broken-dataset, mode: negative} | BrokenDataset$1.size(TRAIN) returned -1",
        "dataset={name: broken-dataset, mode: no-sample} | BrokenDataset$1.read() returned nothing",
        "mapping=[broken-mapper] | BrokenMapper$1.map() returned Float [32, 64], expected Float [32, 8]"
      })
  void whatBreaksItsContractIsNamed(String setting, String message) {
    Reprise.Result result = run(setting);

    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void whatKeepsItRuns() {
    String prompt = "prompt={name: broken-prompt, mode: none}";
    run(prompt).succeeded();
    run(prompt, "backbone={name: broken-backbone, mode: none}").succeeded();
  }
}
