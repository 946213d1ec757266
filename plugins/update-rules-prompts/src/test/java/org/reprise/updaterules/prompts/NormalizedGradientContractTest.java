package org.reprise.updaterules.prompts;

import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.testkit.UpdateRuleContract;

final class NormalizedGradientContractTest extends UpdateRuleContract {
  @Override
  protected UpdateRule create(UpdateRuleContext context) {
    return new NormalizedGradientFactory()
        .create(new NormalizedGradientOptions(70, 1e-10), context);
  }
}
