package org.reprise.backbones.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.download.Download;
import org.reprise.backbones.clip.ClipOptions.ActivationChoice;
import org.reprise.testkit.FakeBackboneContext;

/** What weights do not show: which they are computed with, and who is told. */
final class UnseenTest {
  @TempDir private Path folder;
  private PointerScope scope;
  private MadeUpClip clip;
  private Path weights;
  private Path vocabulary;
  private FakeBackboneContext context;

  @BeforeEach
  void open() throws IOException {
    Loader.load(torch.class);
    scope = new PointerScope();
    clip = MadeUpClip.read("clip_vit.safetensors");
    weights = clip.write(folder.resolve("clip.safetensors"));
    vocabulary = folder.resolve("bpe.txt.gz");
    try (InputStream stream = getClass().getResourceAsStream("bpe_small.txt.gz")) {
      Files.copy(stream, vocabulary);
    }
    context =
        new FakeBackboneContext(
            Optional.empty(), List.of("crane (label 0)", "crane (label 1)", "dog"), folder);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void bothActivationsAreTheirFormulas() {
    for (double x = -6; x <= 6; x += 0.37) {
      Tensor number = torch.full(new long[] {1}, new org.bytedeco.pytorch.Scalar(x));
      number = number.to(ScalarType.Double);
      assertThat(Activation.GELU.apply(number).item_double())
          .as("gelu of %f", x)
          .isCloseTo(x * normalDistribution(x), within(1e-6));
      assertThat(Activation.QUICK_GELU.apply(number).item_double())
          .as("quick-gelu of %f", x)
          .isCloseTo(x / (1 + Math.exp(-1.702 * x)), within(1e-6));
    }
  }

  /** The integral of the normal density from far left, by Simpson's rule. */
  private static double normalDistribution(double x) {
    int steps = 20_000;
    double from = -12;
    double width = (x - from) / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double at = from + i * width;
      int factor = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += factor * Math.exp(-at * at / 2);
    }
    return sum * width / 3 / Math.sqrt(2 * Math.PI);
  }

  @Test
  void bothTowersUseItAndTheCacheTellsThemApart() throws IOException {
    Tensor images = clip.images();
    Tensor[] features = new Tensor[2];
    Tensor[] texts = new Tensor[2];
    for (ActivationChoice choice :
        List.of(ActivationChoice.QUICK_GELU, ActivationChoice.GELU, ActivationChoice.QUICK_GELU)) {
      int index = choice == ActivationChoice.GELU ? 1 : 0;
      try (Backbone backbone = new ClipFactory().create(options(choice), context)) {
        Head head = (Head) backbone;
        Tensor image = head.features(images).clone();
        Tensor text = head.weight().clone();
        if (features[index] != null) { // the third time, from the cache
          assertThat(text.equal(texts[index])).isTrue();
        }
        features[index] = image;
        texts[index] = text;
      }
    }
    assertThat(features[0].sub(features[1]).abs().max().item_double()).isGreaterThan(1e-4);
    assertThat(texts[0].sub(texts[1]).abs().max().item_double()).isGreaterThan(1e-5);
    try (Stream<Path> kept = Files.list(folder.resolve("text-features"))) {
      assertThat(kept).hasSize(2);
    }
    assertThat(context.notes()).isEmpty(); // what was asked for need not be said
  }

  @Test
  void theMarkOfEqualNamesIsNotReadByTheModel() {
    try (Backbone backbone =
        new ClipFactory().create(options(ActivationChoice.QUICK_GELU), context)) {
      assertThat(backbone.labels()).containsExactly("a crane.", "a crane.", "a dog.");
      Tensor weight = ((Head) backbone).weight();
      // rows of one batch may differ in their last bits
      assertThat(distance(weight, 1)).isLessThan(1e-5);
      assertThat(distance(weight, 2)).isGreaterThan(1e-3);
    }
  }

  private static double distance(Tensor weight, long column) {
    return weight.select(1, 0).sub(weight.select(1, column)).abs().max().item_double();
  }

  @Test
  void withoutAConfigurationOpenAisIsAssumedAndSaid() {
    try (Backbone backbone = new ClipFactory().create(options(ActivationChoice.AUTO), context)) {
      assertThat(backbone.sourceLabels()).isEqualTo(3);
    }
    assertThat(context.notes())
        .singleElement()
        .asString()
        .contains("clip.safetensors", "quick-gelu is assumed", "backbone.activation: gelu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "config.json |"
            + " {\"text_config\":{\"hidden_act\":\"gelu\"},\"vision_config\":{\"hidden_act\":\"gelu\"}}"
            + " | GELU",
        "config.json | {\"text_config\":{\"hidden_act\":\"quick_gelu\"},\"model_type\":\"clip\"} |"
            + " QUICK_GELU",
        "config.json | {\"model_type\":\"clip\"} | QUICK_GELU",
        "open_clip_config.json | {\"model_cfg\":{\"vision_cfg\":{},\"text_cfg\":{}}} | GELU",
        "open_clip_config.json | {\"model_cfg\":{\"quick_gelu\":true,\"vision_cfg\":{}}} |"
            + " QUICK_GELU",
        "config.json | {\"model_cfg\":{\"quick_gelu\":false}} | GELU"
      })
  void aConfigurationBesideTheWeightsSaysIt(String name, String json, Activation expected)
      throws IOException {
    Files.writeString(folder.resolve(name), json);
    assertThat(find(List.of(), context)).isEqualTo(expected);
    assertThat(context.notes()).singleElement().asString().contains(expected.shown(), name);
    assertThat(context.inputs()).singleElement().asString().endsWith(name); // the run depends on it
  }

  @Test
  void aConfigurationOfSomethingElseSaysNothing() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"bert\",\"a\":[{}]}");
    Files.writeString(
        folder.resolve("open_clip_config.json"), "{\"model_cfg\":{\"vision_cfg\":{}}}");
    assertThat(find(List.of(), context)).isEqualTo(Activation.GELU);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"hidden_act\":\"relu\"}",
        "{\"model_type\":\"clip\",\"vision_config\":{\"hidden_act\":\"gelu\"}}",
        "{\"t\":{\"hidden_act\":\"gelu\"},\"v\":{\"hidden_act\":\"quick_gelu\"}}",
        "{\"hidden_act\":",
        "{\"hidden_act\":\"\\u001b[2J\"}"
      })
  void whatIsNotKnownIsRefused(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    assertThatThrownBy(() -> find(List.of(), context))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("config.json", "backbone.activation")
        .hasMessageNotContaining("\u001b");
  }

  @Test
  void aPublishedFileIsKnownByItsChecksum() throws Exception {
    byte[] bytes = Files.readAllBytes(weights);
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    assertThat(find(List.of(download(bytes.length, sum)), context))
        .isEqualTo(Activation.QUICK_GELU);
    assertThat(context.notes()).isEmpty();
    find(List.of(download(bytes.length, "0".repeat(64))), context);
    find(List.of(download(bytes.length + 1, sum)), context);
    assertThat(context.notes()).hasSize(2);
  }

  private Activation find(List<Download> published, FakeBackboneContext told) {
    return UnseenFinder.find(weights, Optional.empty(), published, told).activation();
  }

  private Unseen unseen(String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json);
    return UnseenFinder.find(weights, Optional.of(Activation.GELU), List.of(), context);
  }

  @Test
  void headsAreAsTheConfigurationSays() throws IOException {
    Unseen none = unseen("config.json", "{}");
    assertThat(none.imageHeads()).isEmpty();
    assertThat(none.textHeads()).isEmpty();
    Unseen openClip =
        unseen(
            "open_clip_config.json",
            "{\"model_cfg\":{\"vision_cfg\":{\"width\":1280,\"head_width\":80},"
                + "\"text_cfg\":{\"width\":1024,\"heads\":16}}}");
    assertThat(openClip.imageHeads()).hasValue(16);
    assertThat(openClip.textHeads()).hasValue(16);
    Unseen huggingFace =
        unseen(
            "config.json",
            "{\"text_config\":{\"num_attention_heads\":20},\"model_type\":\"clip\","
                + "\"vision_config\":{\"num_attention_heads\":12}}");
    assertThat(huggingFace.imageHeads()).hasValue(12);
    assertThat(huggingFace.textHeads()).hasValue(20);
    assertThat(context.notes()).isEmpty(); // the activation was given
  }

  @Test
  void imagesAreNormalisedAsTheConfigurationSays() throws IOException {
    assertThat(unseen("config.json", "{}").normalization()).isEqualTo(Unseen.OPENAI_IMAGES);
    assertThat(context.notes()).isEmpty();
    String half = "[0.5,0.5,0.5]";
    Unseen openClip =
        unseen(
            "open_clip_config.json",
            "{\"preprocess_cfg\":{\"mean\":" + half + ",\"std\":" + half + "}}");
    assertThat(openClip.normalization().mean()).containsExactly(0.5, 0.5, 0.5);
    assertThat(context.notes()).singleElement().asString().contains("open_clip_config.json");
    Files.delete(folder.resolve("open_clip_config.json"));
    Unseen huggingFace =
        unseen(
            "preprocessor_config.json",
            "{\"image_mean\":[0.1,0.2,0.3],\"image_std\":[0.4,0.5,1.0]}");
    assertThat(huggingFace.normalization().mean()).containsExactly(0.1, 0.2, 0.3);
    assertThat(huggingFace.normalization().std()).containsExactly(0.4, 0.5, 1.0);
    assertThatThrownBy(() -> unseen("preprocessor_config.json", "{\"image_mean\":[123,116,103]}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected three numbers each, from 0 to 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"vision_cfg\":{\"pool_type\":\"avg\"}}",
        "{\"vision_cfg\":{},\"text_cfg\":{\"norm_kwargs\":{\"eps\":1e-06}}}",
        "{\"model_type\":\"clip\",\"vision_config\":{\"layer_norm_eps\":1e-06}}"
      })
  void whatComputesOtherwiseIsRefused(String json) {
    assertThatThrownBy(() -> unseen("config.json", json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("config.json", "not supported");
  }

  @Test
  void whatIsWrittenAsItIsAnywayIsNotRefused() throws IOException {
    assertThat(
            unseen(
                    "config.json",
                    "{\"model_type\":\"clip\",\"vision_config\":{\"layer_norm_eps\":1e-05},"
                        + "\"text_cfg\":{\"pool_type\":\"argmax\",\"norm_kwargs\":null}}")
                .normalization())
        .isEqualTo(Unseen.OPENAI_IMAGES);
  }

  private static Download download(long bytes, String sum) {
    return new Download(
        "clip/made-up",
        Optional.of(URI.create("https://example.org/x.pt")),
        "x.pt",
        OptionalLong.of(bytes),
        Optional.of("sha256:" + sum),
        "none",
        "nobody",
        "");
  }

  private ClipOptions options(ActivationChoice choice) {
    return new ClipOptions(
        weights,
        Optional.of(vocabulary),
        Optional.of(List.of("a {}.")),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        choice,
        false,
        true,
        false);
  }
}
