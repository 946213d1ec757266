package org.reprise.backbones.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.assertFinite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.ClassTexts;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.TextEncoder;
import org.reprise.api.data.ImageSize;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.backbones.clip.ClipOptions.ActivationChoice;
import org.reprise.testkit.FakeBackboneContext;

final class ClipBackboneTest {
  private static final List<String> CLASSES = List.of("red_circle", "Blue-Square", "dog");

  @TempDir private Path folder;
  private PointerScope scope;
  private MadeUpClip clip;
  private Path weights;
  private Path vocabulary;

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
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void sourceLabelsAreTemplatesTimesClasses() {
    try (Backbone backbone = create(options(List.of("a {}.", "the {} again, {}")))) {
      assertThat(backbone.labels())
          .containsExactly(
              "a red circle.",
              "a blue square.",
              "a dog.",
              "the red circle again, red circle",
              "the blue square again, blue square",
              "the dog again, dog");
      assertThat(backbone.sourceLabels()).isEqualTo(6);
      assertThat(((ClassTexts) backbone).sourceClasses()).containsExactly(0, 1, 2, 0, 1, 2);
      assertThat(backbone.inputSize()).isEqualTo(ImageSize.square(32));
    }
  }

  @Test
  void logitsAreScaledCosines() {
    try (Backbone backbone = create(options(List.of("a photo of a {}.")))) {
      Tensor images = clip.images();
      Tensor logits = backbone.forward(images);
      Head head = (Head) backbone;
      double scale = Math.exp(3.0);
      assertEqual("logits", logits, head.features(images).matmul(head.weight()));
      assertClose(
          "lengths of image features",
          head.features(images).norm(),
          torch.full(new long[0], new Scalar(scale * Math.sqrt(2))),
          0,
          1e-5);
      assertClose(
          "lengths of text features",
          head.weight().mul(head.weight()).sum(new long[] {0}),
          torch.ones(3),
          1e-5,
          0);
      assertThat(logits.abs().max().item_double()).isLessThanOrEqualTo(scale * 1.00001);
    }
  }

  /** Texts that come later are embedded as those that are source labels. */
  @Test
  void anyTextIsEmbedded() {
    try (Backbone backbone = create(options(List.of("a {}.", "the {}")))) {
      Tensor found = ((TextEncoder) backbone).encode(List.of("the dog", "a red circle."));
      Tensor weight = ((Head) backbone).weight().t(); // template by template, class by class
      assertClose("the dog", found.select(0, 0), weight.select(0, 5), 1e-6, 0);
      assertClose("a red circle.", found.select(0, 1), weight.select(0, 0), 1e-6, 0);
    }
  }

  @Test
  void textsAreSortedIntoGroups() throws IOException {
    Path vocab = vocabulary;
    ClipOptions clustered =
        new ClipOptions(
            weights,
            Optional.of(vocab),
            Optional.of(List.of("a {}.", "the {}")),
            Optional.empty(),
            Optional.empty(),
            Optional.of(2),
            ActivationChoice.QUICK_GELU,
            false,
            true,
            false);
    try (Backbone backbone = create(clustered)) {
      assertThat(((ClassTexts) backbone).sourceGroups())
          .isEqualTo(TextClusters.of(((Head) backbone).weight().t(), 2))
          .containsOnly(0, 1)
          .startsWith(0);
      assertThat(((ClassTexts) backbone).sourceClasses()).containsExactly(0, 1, 2, 0, 1, 2);
    }
  }

  @Test
  void gradientsReachTheImage() {
    try (Backbone backbone = create(options(List.of("a photo of a {}.")))) {
      Tensor images = clip.images().requires_grad_(true);
      backbone.forward(images).sum().backward();
      assertFinite("gradient", images.grad());
      assertThat(images.grad().abs().max().item_double()).isPositive();
    }
  }

  @Test
  void theDefaultTemplatesAreThePapers() {
    List<String> sentences = Templates.published().sentences();
    assertThat(sentences).hasSize(81).doesNotHaveDuplicates();
    assertThat(sentences.get(0)).isEqualTo("This is a photo of a {}.");
    assertThat(sentences).contains("itap of my {}.", "a origami {}.", "a photo of a {}.");
  }

  @Test
  void textFeaturesAreKeptByContent() throws IOException {
    ClipOptions options = options(List.of("a photo of a {}."));
    Tensor first = weightOf(options);
    List<Path> kept = cached();
    assertThat(kept).hasSize(1);
    assertEqual("from the cache", weightOf(options), first);
    assertThat(cached()).isEqualTo(kept);

    weightOf(options(List.of("the {}.")));
    assertThat(cached()).hasSize(2);

    // a damaged file is made anew
    Files.write(kept.get(0), new byte[] {1, 2, 3});
    assertEqual("after damage", weightOf(options), first);
    assertThat(Files.size(kept.get(0))).isGreaterThan(3);

    // other weights, other features
    clip.weights().get("text_projection").mul_(new Scalar(-1.0));
    clip.write(weights);
    assertEqual("of other weights", weightOf(options), first.neg());
    assertThat(cached()).hasSize(3);
  }

  @Test
  void templatesComeFromATextFile() throws IOException {
    Path file = folder.resolve("templates.txt");
    Files.writeString(file, "a {}.\n\n  the {}.  \n");
    ClipOptions options =
        new ClipOptions(
            weights,
            Optional.of(vocabulary),
            Optional.empty(),
            Optional.of(file),
            Optional.empty(),
            Optional.empty(),
            ActivationChoice.QUICK_GELU,
            false,
            true,
            false);
    try (Backbone backbone = create(options)) {
      assertThat(backbone.labels()).contains("the dog.").hasSize(6);
    }
    Files.writeString(file, "no gap\n");
    assertThatThrownBy(() -> create(options).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"no gap\" has no {}");
    assertThatThrownBy(
            () ->
                new ClipOptions(
                    weights,
                    Optional.of(vocabulary),
                    Optional.of(List.of("a {}")),
                    Optional.of(file),
                    Optional.empty(),
                    Optional.empty(),
                    ActivationChoice.QUICK_GELU,
                    false,
                    true,
                    false))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aVocabularyOfAnotherModelIsRefused() throws IOException {
    Path other = folder.resolve("other.txt");
    Files.writeString(other, "#version\na b</w>\n");
    assertThatThrownBy(
            () ->
                create(
                        new ClipOptions(
                            weights,
                            Optional.of(other),
                            Optional.of(List.of("{}")),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            ActivationChoice.QUICK_GELU,
                            false,
                            true,
                            false))
                    .close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("515 tokens")
        .hasMessageContaining("knows 588");
  }

  @Test
  void publishedNamesAreFetchedAndSoIsTheVocabulary() throws IOException {
    Path fetched = Files.createDirectories(folder.resolve("cache/weights"));
    Files.copy(weights, fetched.resolve("ViT-B-32.pt"));
    Files.copy(vocabulary, fetched.resolve("bpe_simple_vocab_16e6.txt.gz"));
    try (Backbone named = create(byName("openai-vit-b-32"));
        Backbone files = create(options(List.of("a {}.")))) {
      assertEqual("weight", ((Head) named).weight(), ((Head) files).weight());
    }
    assertThatThrownBy(() -> create(byName("openai-vit-b-16")).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ViT-B-16.pt");
    assertThatThrownBy(() -> create(byName("vocabulary")).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("vocabulary: no such file")
        .hasMessageContaining("openai-vit-b-32, openai-vit-b-16, openai-vit-l-14, openai-rn50");
  }

  @Test
  void whatHasNoPlaceIsRefusedOrSaid() throws IOException {
    clip.weights().put("extra.weight", torch.ones(3));
    clip.write(weights);
    assertThatThrownBy(() -> create(options(List.of("a {}."))).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("unexpected  extra.weight [3]");
    FakeBackboneContext context = context();
    ClipOptions lenient =
        new ClipOptions(
            weights,
            Optional.of(vocabulary),
            Optional.of(List.of("a {}.")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ActivationChoice.QUICK_GELU,
            false,
            false,
            false);
    try (Backbone backbone = new ClipFactory().create(lenient, context)) {
      assertThat(backbone.sourceLabels()).isEqualTo(3);
    }
    assertThat(context.notes())
        .singleElement()
        .asString()
        .contains("clip.safetensors", "1 unexpected tensors left", "extra.weight [3]");
  }

  private ClipOptions byName(String name) {
    return new ClipOptions(
        folder.resolve(name),
        Optional.empty(),
        Optional.of(List.of("a {}.")),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ActivationChoice.AUTO,
        false,
        true,
        false);
  }

  private Tensor weightOf(ClipOptions options) {
    try (Backbone backbone = create(options)) {
      return ((Head) backbone).weight().clone();
    }
  }

  private List<Path> cached() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache/text-features"))) {
      return files.sorted().toList();
    }
  }

  private ClipOptions options(List<String> templates) {
    return new ClipOptions(
        weights,
        Optional.of(vocabulary),
        Optional.of(templates),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ActivationChoice.QUICK_GELU,
        false,
        true,
        false);
  }

  private Backbone create(ClipOptions options) {
    return new ClipFactory().create(options, context());
  }

  private FakeBackboneContext context() {
    return new FakeBackboneContext(Optional.empty(), CLASSES, folder.resolve("cache"));
  }
}
