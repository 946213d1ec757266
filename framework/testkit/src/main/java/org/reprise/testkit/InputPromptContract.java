package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;
import static org.reprise.testkit.TensorAssertions.shape;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.training.ParameterGroup;

/** What every input prompt must do. A prompt's test extends this class. */
public abstract class InputPromptContract {
  private static final FakeInputPromptContext CONTEXT =
      new FakeInputPromptContext(
          ImageSize.square(7), ImageSize.square(16), Normalization.IMAGENET, 7);

  private PointerScope testScope;

  /**
   * Makes the prompt under test, of the context's input size.
   *
   * @param context its surroundings; image sizes up to the input size, square inputs
   * @return a new prompt; the suite closes it
   */
  protected abstract InputPrompt create(InputPromptContext context);

  @BeforeEach
  final void openScope() {
    Loader.load(
        torch.class); // before any scope: native constants die with the scope they are made in
    testScope = new PointerScope();
    torch.manual_seed(20240917);
  }

  @AfterEach
  final void closeScope() {
    testScope.close();
  }

  @Test
  final void fillsTheNetworkInputForOddSizesAndBatchesOfOne() {
    List<FakeInputPromptContext> contexts =
        List.of(
            CONTEXT,
            new FakeInputPromptContext(
                new ImageSize(5, 8), ImageSize.square(13), Normalization.IDENTITY, 1),
            new FakeInputPromptContext(
                ImageSize.square(9), ImageSize.square(9), Normalization.IMAGENET, 2));
    for (FakeInputPromptContext context : contexts) {
      for (int batch : new int[] {1, 3}) {
        try (InputPrompt prompt = create(context)) {
          Tensor output = prompt.forward(images(prompt, batch), true);
          assertThat(shape(output))
              .containsExactly(batch, 3, context.inputSize().height(), context.inputSize().width());
          assertThat(output.scalar_type().intern()).isEqualTo(ScalarType.Float);
          assertFinite("output", output);
        }
      }
    }
  }

  @Test
  final void forwardAcceptsImagesOfEverySplit() {
    try (InputPrompt prompt = create(CONTEXT)) {
      for (Split split : Split.values()) {
        ImageSize size = size(prompt, split);
        Tensor images = torch.rand(2, 3, size.height(), size.width());
        assertThat(shape(prompt.forward(images, split == Split.TRAIN)))
            .containsExactly(2, 3, CONTEXT.inputSize().height(), CONTEXT.inputSize().width());
      }
    }
  }

  @Test
  final void leavesTheImagesUnmodified() {
    try (InputPrompt prompt = create(CONTEXT)) {
      Tensor images = images(prompt, 3);
      Tensor before = images.clone();
      prompt.forward(images, true).sum().backward();
      assertEqual("images", images, before);
    }
  }

  @Test
  final void keepsTheChannelsLastFormat() {
    try (InputPrompt prompt = create(CONTEXT)) {
      Tensor images = images(prompt, 3);
      Tensor last = images.contiguous(MemoryFormat.ChannelsLast);
      Tensor output = prompt.forward(last, false);
      assertThat(output.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertClose("either layout", output, prompt.forward(images, false), 1e-6, 0);
    }
  }

  @Test
  final void anImageDoesNotDependOnItsBatch() {
    try (InputPrompt prompt = create(CONTEXT)) {
      Tensor images = images(prompt, 3);
      assertEqual(
          "second image",
          prompt.forward(images.narrow(0, 1, 1), false),
          prompt.forward(images, false).narrow(0, 1, 1));
    }
  }

  @Test
  final void sameSeedGivesTheSamePrompt() {
    try (InputPrompt first = create(CONTEXT)) {
      torch.rand(5); // the global generator must not matter
      try (InputPrompt second = create(CONTEXT)) {
        StateChecks.assertSame(first.state(), second.state());
        Tensor images = images(first, 2);
        assertEqual("output", first.forward(images, false), second.forward(images, false));
      }
    }
  }

  @Test
  final void gradientReachesEveryParameter() {
    try (InputPrompt prompt = create(CONTEXT)) {
      prompt.forward(images(prompt, 3), true).sum().backward();
      for (ParameterGroup group : prompt.parameters()) {
        for (Tensor parameter : group.tensors()) {
          assertThat(parameter.is_leaf() && parameter.requires_grad()).isTrue();
          assertThat(parameter.scalar_type().intern()).isEqualTo(ScalarType.Float);
          assertFinite("parameter.grad()", parameter.grad());
          assertThat(DoubleStream.of(doubles(parameter.grad())).anyMatch(value -> value != 0))
              .isTrue();
        }
      }
      assertThat(prompt.parameters()).isNotEmpty().isEqualTo(prompt.parameters());
    }
  }

  @Test
  final void restoresItsOwnStateInPlace() {
    try (InputPrompt prompt = create(CONTEXT);
        InputPrompt other = create(CONTEXT)) {
      try (NoGradGuard noGradient = new NoGradGuard()) {
        for (Tensor parameter : prompt.parameters().get(0).tensors()) {
          parameter.add_(new Scalar(0.25));
        }
      }
      Map<String, Tensor> saved = StateChecks.copy(prompt.state());
      List<ParameterGroup> parameters = other.parameters();
      other.restore(saved);
      assertThat(other.parameters()).isEqualTo(parameters);
      StateChecks.assertSame(other.state(), saved);
      Tensor images = images(prompt, 2);
      assertEqual("output", other.forward(images, false), prompt.forward(images, false));
    }
  }

  @Test
  final void refusesABadStateAndKeepsItsOwn() {
    try (InputPrompt prompt = create(CONTEXT)) {
      StateChecks.assertRefusesBadStates(prompt);
    }
  }

  @Test
  final void nativeMemoryIsFlat() {
    NativeMemory.assertFlat(
        "a prompt's whole life",
        () -> {
          try (InputPrompt prompt = create(CONTEXT)) {
            prompt.forward(images(prompt, 2), true).sum().backward();
          }
        });
    try (InputPrompt prompt = create(CONTEXT)) {
      NativeMemory.assertFlat(
          "forward, backward, state",
          () -> {
            prompt.forward(images(prompt, 2), true).sum().backward();
            prompt.restore(StateChecks.copy(prompt.state()));
          });
    }
  }

  @Test
  final void cropsFitIntoWhatIsStoredToTrainOn() {
    try (InputPrompt prompt = create(CONTEXT)) {
      ImageSize stored = prompt.preparation(Split.TRAIN).size();
      ImageSize crop = size(prompt, Split.TRAIN);
      assertThat(crop.height()).isLessThanOrEqualTo(stored.height());
      assertThat(crop.width()).isLessThanOrEqualTo(stored.width());
    }
  }

  @Test
  final void preparationAndAugmentationAreAlwaysTheSame() {
    try (InputPrompt prompt = create(CONTEXT);
        InputPrompt other = create(CONTEXT)) {
      for (Split split : Split.values()) {
        assertThat(prompt.preparation(split)).isEqualTo(prompt.preparation(split));
        assertThat(other.preparation(split)).isEqualTo(prompt.preparation(split));
      }
      assertThat(other.augmentation()).isEqualTo(prompt.augmentation());
    }
  }

  private static Tensor images(InputPrompt prompt, int count) {
    ImageSize size = size(prompt, Split.TRAIN);
    return torch.rand(count, 3, size.height(), size.width());
  }

  // of the images that forward is given
  private static ImageSize size(InputPrompt prompt, Split split) {
    ImageSize stored = prompt.preparation(split).size();
    return split == Split.TRAIN
        ? prompt.augmentation().map(Augmentation::size).orElse(stored)
        : stored;
  }
}
