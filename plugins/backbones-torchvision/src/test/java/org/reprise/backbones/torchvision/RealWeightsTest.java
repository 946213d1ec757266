package org.reprise.backbones.torchvision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.backbone.Backbone;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.FakeBackboneContext;
import org.reprise.testkit.TensorAssertions;

/**
 * Published weights on published pictures: {@code -Dreprise.real=DIR}, for photos also fixtures.
 */
class RealWeightsTest {
  private static final int PIXELS = 32 * 32;

  private String real;

  @BeforeEach
  void findFiles() {
    real = System.getProperty("reprise.real", "");
    assumeTrue(!real.isBlank(), "needs real weights: -Dreprise.real=DIR");
  }

  private Backbone open(TorchvisionFactory factory, String file, Optional<Path> labels) {
    return factory.create(
        new TorchvisionOptions(Path.of(real, file), labels, Optional.empty(), true, false),
        new FakeBackboneContext(Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"20, resnet20-12fca82f.th, 81.3", "56, resnet56-4bfd9763.th, 83.1"})
  void cifarResNetsAreAsAccurateAsInPyTorch(int depth, String file, double percent)
      throws IOException {
    TorchvisionFactory factory =
        depth == 20 ? new Factories.CifarResNet20() : new Factories.CifarResNet56();
    byte[] records = Files.readAllBytes(Path.of(real, "cifar10", "test.bin"));
    int count = records.length / (1 + 3 * PIXELS);
    int batch = 200;
    int correct = 0;
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard();
        Backbone backbone = open(factory, file, Optional.empty())) {
      assertThat(backbone.sourceLabels()).isEqualTo(10);
      assertThat(backbone.inputSize().height()).isEqualTo(32);
      for (int first = 0; first < count; first += batch) {
        try (PointerScope step = new PointerScope()) {
          Tensor all =
              bytes(records, first * (1 + 3 * PIXELS), batch * (1 + 3 * PIXELS))
                  .view(batch, 1 + 3 * PIXELS);
          Tensor labels = all.select(1, 0).to(ScalarType.Long);
          Tensor images = all.narrow(1, 1, 3 * PIXELS).reshape(batch, 3, 32, 32);
          Tensor logits = backbone.forward(normalized(images, backbone));
          correct +=
              (int)
                  logits
                      .argmax(new org.bytedeco.pytorch.LongOptional(1), false)
                      .eq(labels)
                      .sum()
                      .item_long();
        }
      }
    }
    assertThat(100.0 * correct / count).isCloseTo(percent, within(0.1));
  }

  private static Tensor bytes(byte[] data, int offset, int length) {
    byte[] part = java.util.Arrays.copyOfRange(data, offset, offset + length);
    return torch
        .from_blob(new BytePointer(part), new long[] {length}, new TensorOptions(ScalarType.Byte))
        .clone();
  }

  private static Tensor normalized(Tensor images, Backbone backbone) {
    Tensor mean = channels(backbone.normalization().mean());
    Tensor std = channels(backbone.normalization().std());
    return images.to(ScalarType.Float).div(new Scalar(255.0)).sub(mean).div(std);
  }

  private static Tensor channels(List<Double> values) {
    float[] floats = new float[3];
    for (int i = 0; i < 3; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return torch
        .from_blob(
            new org.bytedeco.javacpp.FloatPointer(floats),
            new long[] {1, 3, 1, 1},
            new TensorOptions(ScalarType.Float))
        .clone();
  }

  /**
   * The record was made with float32 weights, which the TorchScript archive holds; the other file
   * has them rounded to half precision, which moves a logit by up to 0.0423, in PyTorch as here.
   */
  @ParameterizedTest
  @CsvSource({"mobilenet_v2_imagenet.pt, 1e-4", "mobilenet_v2_imagenet.safetensors, 0.045"})
  void mobileNetRecognisesThePhotos(String file, double tolerance) throws IOException {
    Path folder = Path.of(System.getProperty("reprise.fixtures", "none"));
    assumeTrue(
        Files.isRegularFile(folder.resolve("backbone.safetensors")),
        "needs recorded logits: -Dreprise.fixtures=DIR");
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard();
        Backbone backbone =
            open(
                new Factories.MobileNetV2TensorFlow(),
                file,
                Optional.of(Path.of(real, "imagenet_classes.txt")))) {
      Safetensors expected = Safetensors.read(folder.resolve("backbone.safetensors"));
      Safetensors photos = Safetensors.read(folder.resolve("transforms.safetensors"));
      String[] order = expected.metadata().get("order").split(",");
      for (int i = 0; i < order.length; i++) {
        Tensor image = photos.get(order[i] + "_clip224").permute(2, 0, 1).unsqueeze(0);
        Tensor logits = backbone.forward(normalized(image, backbone));
        TensorAssertions.assertClose(
            order[i], logits.squeeze(0), expected.get("clip224_logits").select(0, i), tolerance, 0);
        String recorded = expected.metadata().get(order[i]).split(";")[0];
        int best = (int) logits.argmax(new org.bytedeco.pytorch.LongOptional(1), false).item_long();
        assertThat(backbone.labels().get(best)).as(order[i]).startsWith(recorded);
      }
    }
  }
}
