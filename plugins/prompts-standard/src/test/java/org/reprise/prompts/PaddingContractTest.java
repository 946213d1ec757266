package org.reprise.prompts;

import java.util.Optional;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class PaddingContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new PaddingFactory()
        .create(new PaddingOptions(Optional.empty(), PaddingOptions.Init.NORMAL, 1), context);
  }
}
