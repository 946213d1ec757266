package org.reprise.mappers.onetoone;

import org.pf4j.Extension;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.options.NoOptions;

/** {@code flm}: frequent label mapping. */
@Extension
public final class FrequentLabelMapperFactory implements LabelMapperFactory<NoOptions> {
  static final String NAME = "flm";

  /** For the plugin host. */
  public FrequentLabelMapperFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Frequent label mapping: one-to-one, from the predictions of one pass before training.";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public LabelMapper create(NoOptions options, LabelMapperContext context) {
    return new FrequencyLabelMapper(NAME, Evidence.ONCE, context);
  }
}
