package org.reprise.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.TensorAssertions;

/** Beyond the contract: what batch norm and clipping do, and sizes that do not fit. */
@ExtendWith(NativeScope.class)
final class CoordinatorTest {
  private static final InputPromptContext CONTEXT =
      new FakeInputPromptContext(
          ImageSize.square(20), ImageSize.square(64), Normalization.IMAGENET, 7);
  private static final int FEATURES = 27;

  /** Means over 9 squares of the picture. */
  private static Tensor squares(Tensor images) {
    return torch.adaptive_avg_pool2d(images, new long[] {3, 3}).flatten(1, 3);
  }

  private static CoordinatorOptions options(int channels) {
    return new CoordinatorOptions(
        Optional.empty(), Optional.empty(), channels, Optional.empty(), 0.5);
  }

  private static CoordinatorPrompt prompt() {
    return new CoordinatorPrompt(options(8), CoordinatorTest::squares, FEATURES, CONTEXT);
  }

  private static Tensor show(CoordinatorPrompt prompt, Tensor images, Purpose purpose) {
    return prompt.forward(images, purpose).whole();
  }

  @Test
  void everyPixelStaysInTheRangeOfPixels() {
    try (CoordinatorPrompt prompt = prompt()) {
      prompt.state().get("body.16.weight").detach().fill_(new Scalar(3.0));
      Tensor output = show(prompt, torch.rand(4, 3, 64, 64), Purpose.TRAINING);
      for (int channel = 0; channel < 3; channel++) {
        double mean = Normalization.IMAGENET.mean().get(channel);
        double std = Normalization.IMAGENET.std().get(channel);
        double[] pixels = doubles(output.select(1, channel));
        assertThat(DoubleStream.of(pixels).min().orElseThrow())
            .isGreaterThanOrEqualTo(-mean / std - 1e-6);
        assertThat(DoubleStream.of(pixels).max().orElseThrow())
            .isLessThanOrEqualTo((1 - mean) / std + 1e-6);
      }
    }
  }

  @Test
  void gradientReachesEveryParameterAndOnlyTrainingMovesStatistics() {
    try (CoordinatorPrompt prompt = prompt()) {
      Tensor images = torch.rand(3, 3, 64, 64);
      Map<String, Tensor> before = copy(prompt);
      for (Purpose purpose : List.of(Purpose.EVIDENCE, Purpose.EVALUATION)) {
        show(prompt, images, purpose);
        before.forEach((name, value) -> assertEqual(name, prompt.state().get(name), value));
      }
      show(prompt, images, Purpose.TRAINING).mul(torch.randn(3, 3, 64, 64)).sum().backward();
      assertThat(doubles(prompt.state().get("body.2.running_mean")))
          .isNotEqualTo(doubles(before.get("body.2.running_mean")));
      for (Tensor parameter : prompt.parameters().get(0).tensors()) {
        TensorAssertions.assertFinite("gradient", parameter.grad());
        assertThat(DoubleStream.of(doubles(parameter.grad())).anyMatch(value -> value != 0))
            .isTrue();
      }
    }
  }

  @Test
  void restoresItsStateAndEvaluatesByRunningStatistics() {
    Tensor images = torch.rand(3, 3, 64, 64);
    try (CoordinatorPrompt prompt = prompt();
        CoordinatorPrompt other = prompt()) {
      show(prompt, images, Purpose.TRAINING);
      other.restore(copy(prompt));
      Tensor expected = show(prompt, images, Purpose.EVALUATION);
      assertEqual("restored", show(other, images, Purpose.EVALUATION), expected);
      assertClose(
          "an image alone",
          show(other, images.narrow(0, 1, 1), Purpose.EVALUATION),
          expected.narrow(0, 1, 1),
          1e-5,
          0);
      assertThatThrownBy(() -> other.restore(Map.of())).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    CoordinatorOptions two = options(2);
    assertThatThrownBy(
            () -> new CoordinatorPrompt(two, CoordinatorTest::squares, FEATURES, CONTEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at least 7");
    assertThat(List.of(options(48).firstGroups(), options(32).firstGroups()))
        .containsExactly(16, 32);
    assertThatThrownBy(
            () ->
                new CoordinatorOptions(
                    Optional.empty(), Optional.empty(), 48, Optional.of(48), 0.5))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("must divide the 48 channels and 64, found 48");
    CoordinatorFactory factory = new CoordinatorFactory();
    CoordinatorOptions eight = options(8);
    assertThatThrownBy(() -> factory.create(eight, CONTEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("name an encoder");
  }

  private static Map<String, Tensor> copy(CoordinatorPrompt prompt) {
    Map<String, Tensor> copy = new LinkedHashMap<>();
    prompt.state().forEach((name, tensor) -> copy.put(name, tensor.detach().clone()));
    return copy;
  }
}
