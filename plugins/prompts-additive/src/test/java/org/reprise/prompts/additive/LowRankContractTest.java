package org.reprise.prompts.additive;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class LowRankContractTest extends InputPromptContract {
  /** B away from zero, where the gradient of A vanishes. */
  @Override
  protected InputPrompt create(InputPromptContext context) {
    InputPrompt prompt =
        new LowRankFactory().create(new LowRankOptions(Optional.empty(), 2, 0.01), context);
    Tensor b = ((LowRankPrompt) prompt).state().get("b");
    b.detach().add_(new Scalar(0.1));
    return prompt;
  }
}
