package org.reprise.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.FakeBackboneContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.TensorAssertions;

@ExtendWith(NativeScope.class)
class ShapeNetTest {
  /** Not a seed that anything was trained or chosen with. */
  private static final long FRESH_SEED = 20_26;

  @TempDir Path folder;

  private static Backbone create(Optional<Path> weights, Optional<ImageSize> promptSize) {
    return new ShapeNetFactory()
        .create(new ShapeNetOptions(weights), new FakeBackboneContext(promptSize));
  }

  private static Backbone bundled() {
    return create(Optional.empty(), Optional.empty());
  }

  private static Map<String, Tensor> tensors() {
    return new LinkedHashMap<>(ShapeNetWeights.bundled().tensors());
  }

  private Path write(Map<String, Tensor> tensors) throws Exception {
    Path file = folder.resolve("other.safetensors");
    new Safetensors(tensors, Map.of()).write(file);
    return file;
  }

  private void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> create(Optional.of(file), Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void logitsHaveAColumnForEachSourceLabel() {
    try (Backbone network = bundled()) {
      for (int n : new int[] {1, 3}) {
        Tensor logits = network.forward(torch.randn(n, 3, 48, 48));
        assertThat(TensorAssertions.shape(logits)).containsExactly(n, 64);
        assertThat(logits.scalar_type().intern()).isEqualTo(ScalarType.Float);
      }
      assertThat(network.sourceLabels()).isEqualTo(64);
      assertThat(network.labels()).hasSize(64);
      assertThat(network.inputSize()).isEqualTo(ImageSize.square(48));
    }
  }

  @Test
  void onlyTheInputHasAGradient() {
    try (Backbone network = bundled()) {
      Tensor x = torch.randn(2, 3, 48, 48).set_requires_grad(true);
      network.forward(x).pow(new Scalar(2.0)).sum().backward();
      assertThat(x.grad().abs().sum().item_double()).isPositive().isFinite();
      assertThat(((Head) network).weight().requires_grad()).isFalse();
      assertThat(network.forward(torch.randn(1, 3, 48, 48)).requires_grad()).isFalse();
    }
  }

  @Test
  void theInputIsNotModified() {
    try (Backbone network = bundled()) {
      Tensor x = torch.randn(2, 3, 48, 48);
      Tensor before = x.clone();
      network.forward(x);
      TensorAssertions.assertEqual("input", x, before);
    }
  }

  @Test
  void logitsAreFeaturesTimesWeight() {
    try (Backbone network = bundled()) {
      Head head = (Head) network;
      Tensor x = torch.randn(4, 3, 48, 48);
      TensorAssertions.assertEqual(
          "logits", network.forward(x), head.features(x).matmul(head.weight()));
    }
  }

  @Test
  void closingFreesTheWeights() {
    bundled().close(); // loads classes and libraries
    long before = Pointer.totalCount();
    for (int i = 0; i < 3; i++) {
      try (PointerScope call = new PointerScope()) {
        bundled().close();
      }
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void theCommittedNetworkKnowsTheSourceLabels() {
    int samples = 512;
    double accuracy =
        TrainShapeNet.accuracy(ShapeNetWeights.bundled(), FRESH_SEED, Split.TEST, samples);
    System.out.printf(
        "source accuracy %.3f on %d samples, data-seed %d%n", accuracy, samples, FRESH_SEED);
    assertThat(accuracy).isGreaterThan(0.85);
  }

  @Test
  void readsWeightsInOtherPrecisions() throws Exception {
    Map<String, Tensor> half = new LinkedHashMap<>();
    tensors().forEach((name, tensor) -> half.put(name, tensor.to(ScalarType.Half)));
    try (Backbone network = create(Optional.of(write(half)), Optional.of(ImageSize.square(48)));
        Backbone original = bundled()) {
      Tensor x = torch.randn(2, 3, 48, 48);
      // Half precision keeps 11 bits of each weight; five layers add up a few of its errors.
      TensorAssertions.assertClose("logits", network.forward(x), original.forward(x), 0.2, 0.05);
    }
  }

  @Test
  void refusesAMissingTensor() throws Exception {
    Map<String, Tensor> tensors = tensors();
    tensors.keySet().retainAll(Set.of("conv1.weight", "head.weight"));
    Path file = write(tensors);
    assertRefused(
        file,
        file
            + ": tensor \"conv1.bias\" is missing; expected shape [24];"
            + " the file has conv1.weight, head.weight");
  }

  @Test
  void refusesAnotherShape() throws Exception {
    Map<String, Tensor> tensors = tensors();
    tensors.put("head.weight", torch.zeros(128, 10));
    Path file = write(tensors);
    assertRefused(file, file + ": tensor \"head.weight\" has shape [128, 10]; expected [128, 64]");
  }

  @Test
  void refusesIntegers() throws Exception {
    Map<String, Tensor> tensors = tensors();
    tensors.put("conv2.bias", torch.zeros(new long[] {48}, new TensorOptions(ScalarType.Int)));
    Path file = write(tensors);
    assertRefused(
        file, file + ": tensor \"conv2.bias\" has dtype Int; expected a floating-point type");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    Path file = folder.resolve("nothing.safetensors");
    assertThatThrownBy(() -> create(Optional.of(file), Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file + ": the weights cannot be read")
        .hasMessageContaining("expected a safetensors file");
  }

  @Test
  void refusesAFileOfAnotherKind() throws Exception {
    Path file = folder.resolve("text.safetensors");
    Files.writeString(file, "this is no file of tensors");
    assertThatThrownBy(() -> create(Optional.of(file), Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": not a safetensors file");
  }

  @Test
  void refusesAPromptOfAnotherSize() {
    assertThatThrownBy(() -> create(Optional.empty(), Optional.of(ImageSize.square(224))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "backbone shapenet takes images of 48x48, but the prompt makes 224x224;"
                + " set prompt.size to 48");
  }
}
