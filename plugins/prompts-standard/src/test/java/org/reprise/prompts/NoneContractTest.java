package org.reprise.prompts;

import org.reprise.api.options.NoOptions;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class NoneContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new NoneFactory().create(new NoOptions(), context);
  }
}
