package org.reprise.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;

import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reprise.api.Stateful;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.NoOptions;
import org.reprise.api.prompt.Augmenting;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.testkit.FakeInputPromptContext;

final class NonePromptTest {
  private static final Normalization NORMALIZATION =
      new Normalization(List.of(0.1, 0.2, 0.3), List.of(0.5, 0.25, 2.0));

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

  @Test
  void onlyNormalises() {
    try (InputPrompt prompt = create(Optional.empty())) {
      Tensor images = torch.rand(2, 3, 9, 9).contiguous(MemoryFormat.ChannelsLast);
      Tensor mean = torch.tensor(0.1f, 0.2f, 0.3f).reshape(1, 3, 1, 1);
      Tensor std = torch.tensor(0.5f, 0.25f, 2f).reshape(1, 3, 1, 1);
      Tensor output = prompt.forward(images, Purpose.TRAINING).whole();
      assertClose("output", output, images.sub(mean).div(std), 1e-6, 1e-6);
      assertThat(output.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertThat(prompt).isNotInstanceOf(Stateful.class);
      Tensor other = torch.rand(2, 3, 9, 8);
      assertThatThrownBy(() -> prompt.forward(other, Purpose.TRAINING))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void preparesImagesAsTheBackboneWants() {
    try (InputPrompt prompt = create(Optional.empty())) {
      assertThat(prompt.preparation(Split.TRAIN))
          .isEqualTo(ImagePreparation.stretched(ImageSize.square(9)));
    }
    ImagePreparation wanted = ImagePreparation.centerCropped(9);
    try (InputPrompt prompt = create(Optional.of(wanted))) {
      assertThat(prompt.preparation(Split.TEST)).isEqualTo(wanted);
      assertThat(prompt).isNotInstanceOf(Augmenting.class);
    }
  }

  private static InputPrompt create(Optional<ImagePreparation> preparation) {
    InputPromptContext context =
        new FakeInputPromptContext(
            ImageSize.square(5), ImageSize.square(9), preparation, NORMALIZATION, 1);
    return new NoneFactory().create(new NoOptions(), context);
  }
}
