package org.reprise.prompts.additive;

import java.util.Optional;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class RandomPatchContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new PatchFactory()
        .create(new PatchOptions(Optional.empty(), 4, PatchOptions.Place.RANDOM), context);
  }
}
