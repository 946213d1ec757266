package org.reprise.prompts.masks;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.reprise.api.options.Block;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.training.ParameterGroup.Schedule;
import org.reprise.api.training.UpdateRule;
import org.reprise.testkit.InputPromptContract;

final class SmmContractTest extends InputPromptContract {
  static SmmOptions options(int layers, int patch, int channels) {
    return new SmmOptions(
        Optional.empty(),
        layers,
        patch,
        channels,
        2,
        new Block<>(UpdateRule.class, "adam", Map.of("lr", 0.01)),
        Schedule.FOLLOW);
  }

  /** The program away from zero, where the gradient of the mask network vanishes. */
  @Override
  protected InputPrompt create(InputPromptContext context) {
    SmmPrompt prompt = (SmmPrompt) new SmmFactory().create(options(5, 1, 3), context);
    prompt.state().get("program").detach().add_(new Scalar(0.1));
    return prompt;
  }

  @Override
  protected double rounding() {
    return 1e-6;
  }
}
