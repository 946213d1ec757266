package org.reprise.updaterules.prompts;

import org.pf4j.Extension;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.api.training.UpdateRuleFactory;

/** {@code normalized-gradient}: steps of a fixed length. */
@Extension
public final class NormalizedGradientFactory
    implements UpdateRuleFactory<NormalizedGradientOptions> {

  /** For the plugin host. */
  public NormalizedGradientFactory() {}

  @Override
  public String name() {
    return "normalized-gradient";
  }

  @Override
  public String description() {
    return "Goes against the gradient by steps of a fixed length (EVP).";
  }

  @Override
  public Class<NormalizedGradientOptions> optionsType() {
    return NormalizedGradientOptions.class;
  }

  @Override
  public UpdateRule create(NormalizedGradientOptions options, UpdateRuleContext context) {
    return new NormalizedGradient(context.parameters(), options);
  }
}
