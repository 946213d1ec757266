package org.reprise.mappers.onetoone;

import org.pf4j.Extension;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.options.NoOptions;

/** {@code rlm}: random label mapping. */
@Extension
public final class RandomLabelMapperFactory implements LabelMapperFactory<NoOptions> {
  static final String NAME = "rlm";

  /** For the plugin host. */
  public RandomLabelMapperFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Random label mapping: one source label for each target label, drawn by the seed.";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public LabelMapper create(NoOptions options, LabelMapperContext context) {
    return new RandomLabelMapper(context);
  }
}
