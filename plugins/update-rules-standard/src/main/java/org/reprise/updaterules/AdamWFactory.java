package org.reprise.updaterules;

import org.pf4j.Extension;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.api.training.UpdateRuleFactory;

/** {@code adamw}: Adam with a decoupled weight decay. */
@Extension
public final class AdamWFactory implements UpdateRuleFactory<AdamWOptions> {

  /** For the plugin host. */
  public AdamWFactory() {}

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public String description() {
    return "Adam with a weight decay that shrinks the parameters themselves.";
  }

  @Override
  public Class<AdamWOptions> optionsType() {
    return AdamWOptions.class;
  }

  @Override
  public UpdateRule create(AdamWOptions options, UpdateRuleContext context) {
    return new Adam(context.parameters(), options.shared(), WeightDecay.DECOUPLED);
  }
}
