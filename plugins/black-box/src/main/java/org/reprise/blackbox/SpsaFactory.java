package org.reprise.blackbox;

import org.pf4j.Extension;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.api.training.UpdateRuleFactory;

/** {@code spsa-gc}: training by losses alone. */
@Extension
public final class SpsaFactory implements UpdateRuleFactory<SpsaOptions> {

  /** For the plugin host. */
  public SpsaFactory() {}

  @Override
  public String name() {
    return "spsa-gc";
  }

  @Override
  public String description() {
    return "Estimates the gradient from losses of perturbed parameters, without a backward pass"
        + " (BlackVIP). Its rate falls by itself: use it with schedule constant.";
  }

  @Override
  public Class<SpsaOptions> optionsType() {
    return SpsaOptions.class;
  }

  @Override
  public UpdateRule create(SpsaOptions options, UpdateRuleContext context) {
    return new Spsa(context.parameters(), options, Perturbations.segmented(context.seed()));
  }
}
