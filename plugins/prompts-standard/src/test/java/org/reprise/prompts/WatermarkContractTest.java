package org.reprise.prompts;

import java.util.Optional;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class WatermarkContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new WatermarkFactory().create(new WatermarkOptions(Optional.empty(), 3), context);
  }
}
