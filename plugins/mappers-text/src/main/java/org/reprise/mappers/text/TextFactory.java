package org.reprise.mappers.text;

import org.pf4j.Extension;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.options.NoOptions;

/** {@code text}: each target label is the mean of the source labels that name it. */
@Extension
public final class TextFactory implements LabelMapperFactory<NoOptions> {
  static final String NAME = "text";

  /** For the plugin host. */
  public TextFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Each target label is the mean of the source labels that speak of it; without training,"
        + " zero-shot classification.";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public LabelMapper create(NoOptions options, LabelMapperContext context) {
    return new TextLabelMapper(context);
  }
}
