package org.reprise.backbones.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.weights.StateDict;
import org.reprise.weights.WeightFormat;

/** Against a plain network written out in float64 (scripts/make-clip-fixtures.py). */
final class ClipModelTest {
  private PointerScope scope;

  @BeforeEach
  void open() {
    Loader.load(torch.class);
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({
    "clip_vit.safetensors, false",
    "clip_vit.safetensors, true",
    "clip_rn.safetensors, false",
    "clip_rn.safetensors, true"
  })
  void featuresLogitsAndInputGradientsAreTheReferences(String fixture, boolean plain)
      throws IOException {
    MadeUpClip clip = MadeUpClip.read(fixture);
    try (ClipModel model = load(clip.weights(), plain)) {
      Tensor images = clip.images().requires_grad_(true);
      Tensor imageFeatures = model.image().encode(images);
      Tensor textFeatures = model.text().encode(texts(clip.recorded().get("tokens")));
      Tensor logits =
          TextFeatures.unit(imageFeatures)
              .mul(new Scalar(model.logitScale()))
              .matmul(TextFeatures.unit(textFeatures).t());
      logits.mul(clip.recorded().get("direction")).sum().backward();
      assertRelative("image features", imageFeatures, clip.recorded().get("image_features"));
      assertRelative("text features", textFeatures, clip.recorded().get("text_features"));
      assertRelative("logits", logits, clip.recorded().get("logits"));
      assertRelative("input gradient", images.grad(), clip.recorded().get("gradient"));
    }
  }

  /** Within 1e-4 of the largest value. */
  private static void assertRelative(String what, Tensor actual, Tensor expected) {
    double largest = expected.abs().max().item_double();
    assertClose(what, actual.detach(), expected, 1e-4 * largest, 0);
  }

  @Test
  void huggingFacesNamesGiveTheSameModel() throws IOException {
    MadeUpClip clip = MadeUpClip.read("clip_vit.safetensors");
    try (ClipModel openAi = load(clip.weights(), false);
        ClipModel huggingFace = load(clip.huggingFace(), false)) {
      assertThat(huggingFace.sizes()).isEqualTo(openAi.sizes());
      assertEqual(
          "image features",
          huggingFace.image().encode(clip.images()),
          openAi.image().encode(clip.images()));
      List<int[]> texts = texts(clip.recorded().get("tokens"));
      assertEqual("text features", huggingFace.text().encode(texts), openAi.text().encode(texts));
    }
  }

  /** A traced archive, mostly in half precision, with buffers of sizes: as OpenAI's own files. */
  @Test
  void aTorchScriptArchiveGivesTheSameLogitsAsItsStateDict() throws Exception {
    MadeUpClip clip = MadeUpClip.read("clip_small.safetensors");
    Path archive = Path.of(getClass().getResource("clip_small.pt").toURI());
    assertThat(StateDict.open(archive).format()).isEqualTo(WeightFormat.TORCHSCRIPT);
    assertThat(StateDict.open(archive).names()).contains("input_resolution", "vocab_size");
    assertThat(StateDict.open(archive).dtype("visual.conv1.weight")).isEqualTo(ScalarType.Half);
    try (ClipModel scripted =
            ClipModel.load(
                WeightFile.open(archive),
                "clip_small.pt",
                Unseen.openAi(Activation.QUICK_GELU),
                new Device("cpu"),
                false,
                true);
        ClipModel drawn = load(clip.weights(), false)) {
      Tensor logits = logits(scripted, clip);
      assertEqual("logits", logits, logits(drawn, clip));
      assertRelative("logits", logits, clip.recorded().get("logits"));
    }
  }

  private static Tensor logits(ClipModel model, MadeUpClip clip) {
    return TextFeatures.unit(model.image().encode(clip.images()))
        .mul(new Scalar(model.logitScale()))
        .matmul(TextFeatures.unit(model.text().encode(texts(clip.recorded().get("tokens")))).t());
  }

  @Test
  void halfPrecisionWeightsAreWidened() throws IOException {
    MadeUpClip clip = MadeUpClip.read("clip_vit.safetensors");
    Map<String, Tensor> half = new LinkedHashMap<>();
    Map<String, Tensor> rounded = new LinkedHashMap<>();
    clip.weights()
        .forEach(
            (name, tensor) -> {
              half.put(name, tensor.to(ScalarType.Half));
              rounded.put(name, tensor.to(ScalarType.Half).to(ScalarType.Float));
            });
    try (ClipModel fromHalf = load(half, false);
        ClipModel fromFloat = load(rounded, false)) {
      Tensor features = fromHalf.image().encode(clip.images());
      assertThat(features.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertEqual("features", features, fromFloat.image().encode(clip.images()));
    }
  }

  @Test
  void sizesAreReadFromTheShapes() throws IOException {
    try (ClipModel vit = load(MadeUpClip.read("clip_vit.safetensors").weights(), false);
        ClipModel rn = load(MadeUpClip.read("clip_rn.safetensors").weights(), false)) {
      assertThat(vit.sizes().vision())
          .isEqualTo(new ClipSizes.Vision(true, 32, 8, 128, 2, List.of(3)));
      assertThat(rn.sizes().vision())
          .isEqualTo(new ClipSizes.Vision(false, 64, 0, 8, 4, List.of(1, 2, 1, 1)));
      assertThat(rn.sizes().text().context()).isEqualTo(77);
      assertThat(rn.sizes().embedding()).isEqualTo(32);
    }
  }

  @Test
  void aTextsFeaturesDoNotDependOnItsNeighbours() throws IOException {
    MadeUpClip clip = MadeUpClip.read("clip_vit.safetensors");
    try (ClipModel model = load(clip.weights(), false)) {
      List<int[]> texts = texts(clip.recorded().get("tokens"));
      Tensor together = model.text().encode(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertClose(
            "text " + i,
            model.text().encode(texts.subList(i, i + 1)),
            together.narrow(0, i, 1),
            1e-5,
            1e-5);
      }
    }
  }

  @Test
  void everythingThatDoesNotFitIsListedAtOnce() throws IOException {
    Map<String, Tensor> weights =
        new LinkedHashMap<>(MadeUpClip.read("clip_vit.safetensors").weights());
    weights.remove("ln_final.bias");
    weights.put("visual.proj", torch.zeros(128, 31));
    weights.put("head.weight", torch.zeros(2, 3));
    weights.put("context_length", torch.tensor(77));
    assertThatThrownBy(() -> load(weights, false).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("weights.pt")
        .hasMessageContaining("missing     ln_final.bias [64]")
        .hasMessageContaining("mis-shaped  visual.proj [128, 31], expected [128, 32]")
        .hasMessageContaining("unexpected  head.weight [2, 3]")
        .hasMessageNotContaining("context_length");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text_projection",
        "positional_embedding",
        "token_embedding.weight",
        "visual.positional_embedding",
        "visual.conv1.weight",
        "transformer.resblocks.0.ln_1.weight"
      })
  void sizesThatMakeNoSenseAreRefused(String name) throws IOException {
    Map<String, Tensor> weights =
        new LinkedHashMap<>(MadeUpClip.read("clip_vit.safetensors").weights());
    List<Tensor> replacements =
        List.of(torch.zeros(3), torch.zeros(0, 0), torch.zeros(1, 2), torch.zeros(1, 1, 0, 0));
    for (Tensor replacement : replacements) {
      weights.put(name, replacement);
      assertThatThrownBy(() -> load(weights, false).close())
          .as("%s %s", name, java.util.Arrays.toString(replacement.shape()))
          .isInstanceOf(InvalidInputException.class);
    }
    weights.remove(name);
    assertThatThrownBy(() -> load(weights, false).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(name);
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    assertThatThrownBy(() -> load(Map.of("fc.weight", torch.zeros(3, 3)), false).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not the weights of a CLIP model")
        .hasMessageContaining("fc.weight");
  }

  private static ClipModel load(Map<String, Tensor> weights, boolean plain) {
    return ClipModel.load(
        new Held(weights),
        "weights.pt",
        Unseen.openAi(Activation.QUICK_GELU),
        new Device("cpu"),
        plain,
        true);
  }

  /** Cuts rows of numbers behind their largest, the end mark. */
  private static List<int[]> texts(Tensor tokens) {
    List<int[]> texts = new ArrayList<>();
    for (long row = 0; row < tokens.size(0); row++) {
      long[] values = new long[(int) tokens.size(1)];
      new org.bytedeco.javacpp.LongPointer(tokens.select(0, row).contiguous().data_ptr())
          .get(values);
      int end = (int) tokens.select(0, row).argmax().item_long();
      int[] text = new int[end + 1];
      for (int i = 0; i <= end; i++) {
        text[i] = (int) values[i];
      }
      texts.add(text);
    }
    return texts;
  }
}
