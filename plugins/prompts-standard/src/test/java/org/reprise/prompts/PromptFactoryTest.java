package org.reprise.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.InvalidInputException;
import org.reprise.api.ReferenceState;
import org.reprise.api.Stateful;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.prompt.Augmenting;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
final class PromptFactoryTest {
  private static final PaddingOptions ZERO =
      new PaddingOptions(Optional.empty(), PaddingOptions.Init.ZERO, 1);

  @Test
  void refusesImagesLargerThanTheCanvas() {
    assertThatThrownBy(() -> new PaddingFactory().create(ZERO, context(new ImageSize(8, 17), 16)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("8x17")
        .hasMessageContaining("16x16");
  }

  @Test
  void refusesASizeThatIsNotTheBackbones() {
    PaddingOptions options = new PaddingOptions(Optional.of(64), PaddingOptions.Init.ZERO, 1);
    assertThat(new PaddingFactory().promptSize(options)).contains(ImageSize.square(64));
    assertThat(new PaddingFactory().promptSize(ZERO)).isEmpty();
    assertThatThrownBy(() -> new PaddingFactory().create(options, context(ImageSize.square(8), 16)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("64")
        .hasMessageContaining("16x16");
  }

  @Test
  void refusesAFrameWiderThanHalfTheImage() {
    assertThatThrownBy(
            () ->
                new WatermarkFactory()
                    .create(
                        new WatermarkOptions(Optional.empty(), 9),
                        context(ImageSize.square(8), 16)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("16x16")
        .hasMessageContaining("9");
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertThatThrownBy(() -> new PaddingOptions(Optional.of(0), PaddingOptions.Init.ZERO, 1))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new WatermarkOptions(Optional.of(-1), 1))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new WatermarkOptions(Optional.empty(), -1))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void refusesImagesOfAnotherSizeThanStored() {
    try (InputPrompt prompt = new PaddingFactory().create(ZERO, context(new ImageSize(4, 6), 16))) {
      assertThatThrownBy(() -> prompt.forward(torch.rand(1, 3, 6, 4), Purpose.EVALUATION))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[1, 3, 6, 4]");
    }
  }

  @Test
  void paddingStoresImagesAtTheirSizeAndDoesNotAugment() {
    try (InputPrompt padding =
        new PaddingFactory().create(ZERO, context(new ImageSize(4, 6), 16))) {
      for (Split split : Split.values()) {
        assertThat(padding.preparation(split))
            .isEqualTo(ImagePreparation.stretched(new ImageSize(4, 6)));
      }
      assertThat(padding).isNotInstanceOf(Augmenting.class);
    }
  }

  /** The published transforms for vision models: resize 228, random crop 224, flip; resize 224. */
  @Test
  void watermarkCropsAndFlipsWhatItTrainsOn() {
    try (InputPrompt watermark =
        new WatermarkFactory()
            .create(
                new WatermarkOptions(Optional.empty(), 112), context(new ImageSize(4, 6), 224))) {
      assertThat(watermark.preparation(Split.TRAIN))
          .isEqualTo(ImagePreparation.stretched(ImageSize.square(228)));
      assertThat(watermark.preparation(Split.TEST))
          .isEqualTo(ImagePreparation.stretched(ImageSize.square(224)))
          .isEqualTo(watermark.preparation(Split.VALIDATION));
      assertThat(watermark).isInstanceOf(Augmenting.class);
      assertThat(((Augmenting) watermark).augmentation())
          .isEqualTo(new Augmentation(ImageSize.square(224), true));
    }
  }

  /** The published transforms for CLIP: those of its authors, in training and in testing. */
  @Test
  void watermarkLeavesPreparationToABackboneThatHasItsOwn() {
    ImagePreparation clip = ImagePreparation.centerCropped(16);
    FakeInputPromptContext context =
        new FakeInputPromptContext(
            new ImageSize(4, 6),
            ImageSize.square(16),
            Optional.of(clip),
            Normalization.IDENTITY,
            0);
    try (InputPrompt watermark =
            new WatermarkFactory().create(new WatermarkOptions(Optional.empty(), 8), context);
        InputPrompt padding = new PaddingFactory().create(ZERO, context)) {
      for (Split split : Split.values()) {
        assertThat(watermark.preparation(split)).isEqualTo(clip);
        assertThat(padding.preparation(split).size()).isEqualTo(new ImageSize(4, 6));
      }
      assertThat(watermark).isNotInstanceOf(Augmenting.class);
    }
  }

  @Test
  void saysThatImagesLeaveNothingToLearn() {
    FakeInputPromptContext full = context(ImageSize.square(8), 8);
    FakeInputPromptContext column = context(new ImageSize(8, 7), 8);
    try (InputPrompt filled = new PaddingFactory().create(ZERO, full);
        InputPrompt framed = new PaddingFactory().create(ZERO, column)) {
      assertThat(full.notes())
          .singleElement(STRING)
          .contains("\"padding\"", "8x8", "no pixels to learn", "image-size");
      assertThat(column.notes()).isEmpty();
    }
  }

  /** An odd difference puts the extra row at the top and the extra column on the left. */
  @Test
  void centresOddDifferencesToTheLowerRight() {
    try (InputPrompt prompt =
        new PaddingFactory()
            .create(
                ZERO,
                new FakeInputPromptContext(
                    new ImageSize(3, 4), ImageSize.square(8), Normalization.IDENTITY, 0))) {
      Tensor images = torch.rand(1, 3, 3, 4);
      Tensor output = prompt.forward(images, Purpose.EVALUATION).whole();
      // size 8: (8 - 3 + 1) / 2 = 3 rows above and 2 below, 2 columns on either side
      assertEqual("image", output.narrow(2, 3, 3).narrow(3, 2, 4), images);
      for (double border : doubles(output.narrow(2, 0, 3))) {
        assertThat(border).isEqualTo(0.5); // sigmoid(0)
      }
      for (double border : doubles(output.narrow(2, 6, 2))) {
        assertThat(border).isEqualTo(0.5);
      }
    }
  }

  @Test
  void watermarkIsAddedToTheNormalisedImageOnTheFrameOnly() {
    Tensor program = torch.randn(3, 9, 9);
    Tensor images = torch.rand(2, 3, 9, 9);
    Tensor mean = Tensor.create(new float[] {0.485f, 0.456f, 0.406f}, 3, 1, 1);
    Tensor std = Tensor.create(new float[] {0.229f, 0.224f, 0.225f}, 3, 1, 1);
    Tensor expected = images.sub(mean).div(std);
    Tensor onFrame = expected.add(program);
    onFrame.narrow(2, 2, 5).narrow(3, 2, 5).copy_(expected.narrow(2, 2, 5).narrow(3, 2, 5));
    try (InputPrompt prompt =
        new WatermarkFactory()
            .create(new WatermarkOptions(Optional.of(9), 2), context(ImageSize.square(3), 9))) {
      ((Stateful) prompt).restore(Map.of("program", program));
      assertClose("output", prompt.forward(images, Purpose.TRAINING).whole(), onFrame, 1e-6, 1e-6);
    }
  }

  @Test
  void normalInitDependsOnTheSeedAndZeroInitIsZero() {
    PaddingOptions normal = new PaddingOptions(Optional.empty(), PaddingOptions.Init.NORMAL, 1);
    try (InputPrompt first = new PaddingFactory().create(normal, context(ImageSize.square(4), 32));
        InputPrompt other =
            new PaddingFactory()
                .create(
                    normal,
                    new FakeInputPromptContext(
                        ImageSize.square(4), ImageSize.square(32), Normalization.IMAGENET, 9));
        InputPrompt zero = new PaddingFactory().create(ZERO, context(ImageSize.square(4), 32))) {
      Tensor program = program(first);
      assertThat(doubles(program)).isNotEqualTo(doubles(program(other)));
      assertClose("mean", program.mean(), torch.zeros(), 0.1, 0);
      assertClose("deviation", program.std(), torch.ones(), 0.1, 0);
      assertThat(doubles(program(zero))).containsOnly(0.0);
    }
  }

  /** The checkpoint of the reference says which pixels it learned; another mask is refused. */
  @Test
  void takesOverWhatTheReferenceLearned() {
    Tensor program = torch.randn(3, 9, 9);
    Tensor mask = torch.ones(3, 9, 9);
    mask.narrow(1, 3, 3).narrow(2, 3, 4).zero_(); // 3x4 images: three rows above, below; 3 columns
    Map<String, Tensor> checkpoint =
        Map.of("visual_prompt_dict.program", program, "visual_prompt_dict.mask", mask);
    try (InputPrompt prompt = new PaddingFactory().create(ZERO, context(new ImageSize(3, 4), 9));
        InputPrompt other = new PaddingFactory().create(ZERO, context(new ImageSize(3, 3), 9))) {
      ((ReferenceState) prompt).restoreReference(checkpoint);
      assertEqual("program", program(prompt), program);
      assertThatThrownBy(() -> ((ReferenceState) other).restoreReference(checkpoint))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("its mask [3, 9, 9] lets 207 values be learned")
          .hasMessageContaining("for 3x3 images")
          .hasMessageContaining("learns 216");
      assertThat(doubles(program(other))).containsOnly(0.0);
      assertThatThrownBy(() -> ((ReferenceState) other).restoreReference(Map.of("model", mask)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("no tensor visual_prompt_dict.program; it has model");
    }
  }

  private static Tensor program(InputPrompt prompt) {
    return ((Stateful) prompt).state().get("program");
  }

  private static FakeInputPromptContext context(ImageSize images, int size) {
    return new FakeInputPromptContext(images, ImageSize.square(size), Normalization.IMAGENET, 0);
  }
}
