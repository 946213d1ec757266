package org.reprise.updaterules;

import org.pf4j.Extension;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.api.training.UpdateRuleFactory;

/** {@code adam}: Adam with an L2 penalty. */
@Extension
public final class AdamFactory implements UpdateRuleFactory<AdamOptions> {

  /** For the plugin host. */
  public AdamFactory() {}

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public String description() {
    return "Adam, with running averages of gradients and their squares.";
  }

  @Override
  public Class<AdamOptions> optionsType() {
    return AdamOptions.class;
  }

  @Override
  public UpdateRule create(AdamOptions options, UpdateRuleContext context) {
    return new Adam(context.parameters(), options, WeightDecay.IN_GRADIENT);
  }
}
