package org.reprise.blackbox;

import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.testkit.UpdateRuleContract;

final class SpsaContractTest extends UpdateRuleContract {
  @Override
  protected UpdateRule create(UpdateRuleContext context) {
    return new SpsaFactory()
        .create(new SpsaOptions(0.01, 1, 0.4, 0.01, 0.1, 3, 0.5, true), context);
  }
}
