package org.reprise.prompts.additive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.reprise.api.Capturable;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class RandomPatchContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return create(context, PatchOptions.Place.RANDOM);
  }

  private static InputPrompt create(InputPromptContext context, PatchOptions.Place place) {
    return new PatchFactory().create(new PatchOptions(Optional.empty(), 4, place), context);
  }

  @Test
  void onlyAPlaceThatIsDrawnCannotBeRecorded() {
    InputPromptContext context =
        new FakeInputPromptContext(
            ImageSize.square(16), ImageSize.square(16), Normalization.IMAGENET, 7);
    try (InputPrompt drawn = create(context);
        InputPrompt fixed = create(context, PatchOptions.Place.FIXED)) {
      assertThat(Capturable.whyNot(drawn))
          .contains("the program draws the place of the prompt's patch");
      assertThat(Capturable.whyNot(fixed)).isEmpty();
    }
  }
}
