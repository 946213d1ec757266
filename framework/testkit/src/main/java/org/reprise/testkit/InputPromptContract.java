package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;
import static org.reprise.testkit.TensorAssertions.shape;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.Stateful;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.Augmenting;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;

/** What every input prompt must do. A prompt's test extends this class. */
@ExtendWith(NativeScope.class)
public abstract class InputPromptContract {
  private static final FakeInputPromptContext CONTEXT =
      new FakeInputPromptContext(
          ImageSize.square(7), ImageSize.square(16), Normalization.IMAGENET, 7);

  /**
   * Makes the prompt under test, of the context's input size.
   *
   * @param context its surroundings; image sizes up to the input size, square inputs
   * @return a new prompt; the suite closes it
   */
  protected abstract InputPrompt create(InputPromptContext context);

  /**
   * Returns how far the same image may be apart in batches of different sizes.
   *
   * @return largest difference of a pixel; 0, the default, but for a prompt that has convolutions
   *     or matrix products of its own, whose rounding depends on the size of the batch
   */
  protected double rounding() {
    return 0;
  }

  @BeforeEach
  final void seed() {
    torch.manual_seed(20240917);
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
          Tensor output = train(prompt, images(prompt, batch));
          assertThat(shape(output))
              .containsExactly(
                  (long) batch * prompt.views(),
                  3,
                  context.inputSize().height(),
                  context.inputSize().width());
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
        Purpose purpose = split == Split.TRAIN ? Purpose.TRAINING : Purpose.EVALUATION;
        assertThat(shape(prompt.forward(images, purpose).whole()))
            .containsExactly(
                2L * prompt.views(), 3, CONTEXT.inputSize().height(), CONTEXT.inputSize().width());
      }
    }
  }

  @Test
  final void leavesTheImagesUnmodified() {
    try (InputPrompt prompt = create(CONTEXT)) {
      Tensor images = images(prompt, 3);
      Tensor before = images.clone();
      for (Purpose purpose : Purpose.values()) {
        Tensor output = prompt.forward(images, purpose).whole();
        if (output.requires_grad()) {
          output.sum().backward();
        }
        assertEqual("images", images, before);
      }
    }
  }

  @Test
  final void keepsTheChannelsLastFormat() {
    try (InputPrompt prompt = create(CONTEXT)) {
      Tensor images = images(prompt, 3);
      Tensor last = images.contiguous(MemoryFormat.ChannelsLast);
      Tensor output = evaluate(prompt, last);
      assertThat(output.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertClose("either layout", output, evaluate(prompt, images), 1e-6, 0);
    }
  }

  @Test
  final void anImageDoesNotDependOnItsBatch() {
    try (InputPrompt prompt = create(CONTEXT)) {
      Tensor images = images(prompt, 3);
      assertClose(
          "second image",
          evaluate(prompt, images.narrow(0, 1, 1)),
          ofSample(evaluate(prompt, images), prompt.views(), 1),
          rounding(),
          0);
    }
  }

  @Test
  final void sameSeedGivesTheSamePrompt() {
    try (InputPrompt first = create(CONTEXT)) {
      torch.rand(5); // the global generator must not matter
      try (InputPrompt second = create(CONTEXT)) {
        StateChecks.assertSame(state(first), state(second));
        Tensor images = images(first, 2);
        assertEqual("output", evaluate(first, images), evaluate(second, images));
      }
    }
  }

  @Test
  final void gradientReachesEveryParameter() {
    try (InputPrompt prompt = create(CONTEXT)) {
      assertThat(parameters(prompt)).isEqualTo(parameters(prompt));
      if (parameters(prompt).isEmpty()) {
        return;
      }
      train(prompt, images(prompt, 3)).sum().backward();
      for (Tensor parameter : parameters(prompt)) {
        assertThat(parameter.is_leaf() && parameter.requires_grad()).isTrue();
        assertThat(parameter.scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertFinite("parameter.grad()", parameter.grad());
        assertThat(DoubleStream.of(doubles(parameter.grad())).anyMatch(value -> value != 0))
            .isTrue();
      }
    }
  }

  /** The window lies where it says, and everything else is the frame, for pixels and gradients. */
  @Test
  final void aFramedInputMeansTheSamePixelsAsTheWholeOne() {
    List<FakeInputPromptContext> contexts =
        List.of(
            CONTEXT,
            new FakeInputPromptContext(
                new ImageSize(5, 8), ImageSize.square(13), Normalization.IDENTITY, 1),
            new FakeInputPromptContext(
                ImageSize.square(9), ImageSize.square(9), Normalization.IMAGENET, 2));
    for (FakeInputPromptContext context : contexts) {
      try (InputPrompt prompt = create(context)) {
        Tensor images = images(prompt, 3);
        if (prompt.forward(images, Purpose.TRAINING) instanceof NetworkInput.Framed framed) {
          Tensor weights = torch.randn(3, 3, framed.frame().size(2), framed.frame().size(3));
          Tensor whole = framed.whole();
          Tensor expected = framed.frame().detach().expand(whole.shape()).clone();
          inWindow(expected, framed).copy_(framed.window().detach());
          assertEqual("pixels", whole.detach(), expected);

          Tensor outside = weights.clone();
          inWindow(outside, framed).zero_();
          Tensor inside = inWindow(weights, framed);
          Tensor apart = framed.frame().mul(outside).sum().add(framed.window().mul(inside).sum());
          List<Tensor> ofTheWhole = gradients(prompt, whole.mul(weights).sum());
          List<Tensor> ofBoth = gradients(prompt, apart);
          for (int i = 0; i < ofBoth.size(); i++) {
            assertClose("gradient", ofTheWhole.get(i), ofBoth.get(i), 1e-5, 1e-5);
          }
        }
      }
    }
  }

  @Test
  final void onlyTrainingMayChangeTheState() {
    try (InputPrompt prompt = create(CONTEXT)) {
      Map<String, Tensor> before = StateChecks.copy(state(prompt));
      Tensor images = images(prompt, 3);
      for (Purpose purpose : List.of(Purpose.EVIDENCE, Purpose.EVALUATION)) {
        prompt.forward(images, purpose);
        StateChecks.assertSame(state(prompt), before);
      }
      assertEqual("evaluated twice", evaluate(prompt, images), evaluate(prompt, images));
    }
  }

  @Test
  final void restoresItsOwnStateInPlace() {
    try (InputPrompt prompt = create(CONTEXT);
        InputPrompt other = create(CONTEXT)) {
      if (!(other instanceof Stateful stateful)) {
        return;
      }
      try (NoGradGuard noGradient = new NoGradGuard()) {
        for (Tensor parameter : parameters(prompt)) {
          parameter.add_(new Scalar(0.25));
        }
      }
      Map<String, Tensor> saved = StateChecks.copy(state(prompt));
      List<Tensor> parameters = parameters(other);
      stateful.restore(saved);
      assertThat(parameters(other)).isEqualTo(parameters);
      StateChecks.assertSame(stateful.state(), saved);
      Tensor images = images(prompt, 2);
      assertEqual("output", evaluate(other, images), evaluate(prompt, images));
    }
  }

  @Test
  final void refusesABadStateAndKeepsItsOwn() {
    try (InputPrompt prompt = create(CONTEXT)) {
      if (prompt instanceof Stateful stateful) {
        StateChecks.assertRefusesBadStates(stateful);
      }
    }
  }

  @Test
  final void nativeMemoryIsFlat() {
    NativeMemory.assertFlat(
        "a prompt's whole life",
        () -> {
          try (InputPrompt prompt = create(CONTEXT)) {
            trainAndLearn(prompt);
          }
        });
    try (InputPrompt prompt = create(CONTEXT)) {
      NativeMemory.assertFlat(
          "forward, backward, state",
          () -> {
            trainAndLearn(prompt);
            if (prompt instanceof Stateful stateful) {
              stateful.restore(StateChecks.copy(stateful.state()));
            }
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
      assertThat(augmentation(prompt)).isEqualTo(augmentation(prompt));
      assertThat(augmentation(other)).isEqualTo(augmentation(prompt));
      assertThat(other.views()).isEqualTo(prompt.views()).isPositive();
    }
  }

  /** Whoever counts or draws beside its state goes on otherwise, or is recorded once for all. */
  @Test
  final void aRestoredPromptTrainsOnAsTheOneThatWasSaved() {
    try (InputPrompt prompt = create(CONTEXT);
        InputPrompt other = create(CONTEXT)) {
      Tensor images = images(prompt, 2);
      for (int i = 0; i < 3; i++) {
        train(prompt, images);
      }
      train(other, images);
      if (other instanceof Stateful stateful) {
        stateful.restore(StateChecks.copy(state(prompt)));
      }
      for (int i = 0; i < 2; i++) {
        assertEqual("output", train(other, images), train(prompt, images));
        StateChecks.assertSame(state(other), state(prompt));
      }
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
        ? augmentation(prompt).map(Augmentation::size).orElse(stored)
        : stored;
  }

  private static Optional<Augmentation> augmentation(InputPrompt prompt) {
    return prompt instanceof Augmenting augmenting
        ? Optional.of(augmenting.augmentation())
        : Optional.empty();
  }

  private static Map<String, Tensor> state(InputPrompt prompt) {
    return prompt instanceof Stateful stateful ? stateful.state() : Map.of();
  }

  private static List<Tensor> parameters(InputPrompt prompt) {
    return prompt instanceof Trainable trainable
        ? trainable.parameters().stream().flatMap(group -> group.tensors().stream()).toList()
        : List.of();
  }

  private static Tensor train(InputPrompt prompt, Tensor images) {
    return prompt.forward(images, Purpose.TRAINING).whole();
  }

  private static void trainAndLearn(InputPrompt prompt) {
    Tensor output = train(prompt, images(prompt, 2));
    if (output.requires_grad()) {
      output.sum().backward();
    }
  }

  private static Tensor evaluate(InputPrompt prompt, Tensor images) {
    return prompt.forward(images, Purpose.EVALUATION).whole();
  }

  /** Picks one sample out of all views. */
  private static Tensor ofSample(Tensor output, int views, long sample) {
    long[] shape = output.shape();
    return output.view(views, shape[0] / views, shape[1], shape[2], shape[3]).select(1, sample);
  }

  private static Tensor inWindow(Tensor canvas, NetworkInput.Framed framed) {
    return canvas
        .narrow(2, framed.top(), framed.window().size(2))
        .narrow(3, framed.left(), framed.window().size(3));
  }

  private static List<Tensor> gradients(InputPrompt prompt, Tensor loss) {
    List<Tensor> parameters = parameters(prompt);
    parameters.forEach(parameter -> parameter.mutable_grad().reset());
    loss.backward(new Tensor(), new BoolOptional(true), false, new TensorArrayRefOptional());
    return parameters.stream().map(parameter -> parameter.grad().clone()).toList();
  }
}
