package org.reprise.mappers.onetoone;

import org.pf4j.Extension;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.options.NoOptions;

/** {@code ilm}: iterative label mapping (Chen et al., CVPR 2023). */
@Extension
public final class IterativeLabelMapperFactory implements LabelMapperFactory<NoOptions> {
  static final String NAME = "ilm";

  /** For the plugin host. */
  public IterativeLabelMapperFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Iterative label mapping: one-to-one, from the predictions of each epoch.";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public LabelMapper create(NoOptions options, LabelMapperContext context) {
    return new FrequencyLabelMapper(NAME, Evidence.EVERY_EPOCH, context);
  }
}
