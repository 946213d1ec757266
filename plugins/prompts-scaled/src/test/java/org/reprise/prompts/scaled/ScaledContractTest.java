package org.reprise.prompts.scaled;

import java.util.Optional;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.prompts.scaled.ScaledOptions.Values;
import org.reprise.testkit.InputPromptContract;

final class ScaledContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new ScaledFactory()
        .create(new ScaledOptions(Optional.empty(), 7, 1.1, true, Values.PIXELS), context);
  }

  @Override
  protected double rounding() {
    return 1e-6;
  }
}
