package org.reprise.updaterules;

import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.testkit.UpdateRuleContract;

final class AdamWContractTest extends UpdateRuleContract {
  @Override
  protected UpdateRule create(UpdateRuleContext context) {
    return new AdamWFactory().create(new AdamWOptions(0.01, 0.9, 0.999, 1e-8, 0.02), context);
  }
}
