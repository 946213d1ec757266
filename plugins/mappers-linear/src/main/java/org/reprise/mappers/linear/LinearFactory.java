package org.reprise.mappers.linear;

import org.pf4j.Extension;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;

/** {@code linear}: one trained linear layer from source to target logits. */
@Extension
public final class LinearFactory implements LabelMapperFactory<LinearOptions> {

  /** For the plugin host. */
  public LinearFactory() {}

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public String description() {
    return "A trained linear layer from source to target logits.";
  }

  @Override
  public Class<LinearOptions> optionsType() {
    return LinearOptions.class;
  }

  @Override
  public LabelMapper create(LinearOptions options, LabelMapperContext context) {
    return new LinearLabelMapper(options, context);
  }
}
