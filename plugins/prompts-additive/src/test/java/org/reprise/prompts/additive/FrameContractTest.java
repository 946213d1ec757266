package org.reprise.prompts.additive;

import java.util.Optional;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class FrameContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new FrameFactory().create(new FrameOptions(Optional.empty(), 3), context);
  }
}
