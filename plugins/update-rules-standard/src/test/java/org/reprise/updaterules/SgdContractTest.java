package org.reprise.updaterules;

import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.testkit.UpdateRuleContract;

final class SgdContractTest extends UpdateRuleContract {
  @Override
  protected UpdateRule create(UpdateRuleContext context) {
    return new SgdFactory().create(new SgdOptions(0.01, 0.9, true, 0.02), context);
  }
}
