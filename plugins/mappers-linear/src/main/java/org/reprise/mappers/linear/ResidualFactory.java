package org.reprise.mappers.linear;

import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.mapping.MatrixMapping;

/** {@code residual}: another mapping, corrected by a trained matrix between the target labels. */
@Extension
public final class ResidualFactory implements LabelMapperFactory<ResidualOptions> {

  /** For the plugin host. */
  public ResidualFactory() {}

  @Override
  public String name() {
    return "residual";
  }

  @Override
  public String description() {
    return "Another mapping, its target logits corrected by a trained matrix between the target"
        + " labels.";
  }

  @Override
  public Class<ResidualOptions> optionsType() {
    return ResidualOptions.class;
  }

  @Override
  public LabelMapper create(ResidualOptions options, LabelMapperContext context) {
    LabelMapper inner = context.make(options.of());
    if (!(inner instanceof MatrixMapping) || inner instanceof ResidualLabelMapper) {
      inner.close();
      throw new InvalidInputException(
          "mapping \"residual\" stands behind a mapping by a matrix that is no residual itself, not"
              + " behind \""
              + options.of().name()
              + "\"");
    }
    return ResidualLabelMapper.behind(inner, options.lr(), context);
  }
}
