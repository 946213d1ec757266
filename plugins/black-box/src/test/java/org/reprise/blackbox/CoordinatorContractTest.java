package org.reprise.blackbox;

import java.util.Optional;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.testkit.InputPromptContract;

final class CoordinatorContractTest extends InputPromptContract {
  @Override
  protected InputPrompt create(InputPromptContext context) {
    return new CoordinatorPrompt(
        new CoordinatorOptions(Optional.empty(), Optional.empty(), 16, Optional.empty(), 0.5),
        images -> torch.adaptive_avg_pool2d(images, new long[] {2, 2}).flatten(1, 3),
        12,
        context);
  }

  @Override
  protected double rounding() {
    return 1e-5;
  }
}
