package org.reprise.updaterules;

import org.pf4j.Extension;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.api.training.UpdateRuleFactory;

/** {@code sgd}: gradient descent. */
@Extension
public final class SgdFactory implements UpdateRuleFactory<SgdOptions> {

  /** For the plugin host. */
  public SgdFactory() {}

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public String description() {
    return "Gradient descent with momentum, on request Nesterov's.";
  }

  @Override
  public Class<SgdOptions> optionsType() {
    return SgdOptions.class;
  }

  @Override
  public UpdateRule create(SgdOptions options, UpdateRuleContext context) {
    return new Sgd(context.parameters(), options);
  }
}
