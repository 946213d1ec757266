package org.reprise.prompts.additive;

import java.util.Optional;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class ShrunkFrameContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new ShrunkFrameFactory().create(new ShrunkFrameOptions(Optional.empty(), 6, 3), context);
  }
}
