package org.reprise.prompts.scaled;

import java.util.Optional;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.prompts.scaled.ScaledOptions.Values;
import org.reprise.testkit.InputPromptContract;

final class UnscaledContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new ScaledFactory()
        .create(new ScaledOptions(Optional.empty(), 7, 1, false, Values.NORMALIZED), context);
  }
}
