package org.reprise.mappers.text;

import org.pf4j.Extension;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;

/**
 * {@code attributes}: the texts of each class most similar to the image (Cai et al.,
 * "Attribute-based Visual Reprogramming for Vision-Language Models", ICLR 2025).
 */
@Extension
public final class AttributesFactory implements LabelMapperFactory<AttributesOptions> {
  static final String NAME = "attributes";

  /** For the plugin host. */
  public AttributesFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "The mean of the k texts of each class that are most similar to the image, group by"
        + " group (AttrVR).";
  }

  @Override
  public Class<AttributesOptions> optionsType() {
    return AttributesOptions.class;
  }

  @Override
  public LabelMapper create(AttributesOptions options, LabelMapperContext context) {
    return new AttributesLabelMapper(options, context);
  }
}
