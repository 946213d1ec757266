package org.reprise.mappers.ids;

import org.pf4j.Extension;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.support.GreedyAssignment;

/**
 * {@code frequent-many}: the mean of several frequent source labels (Tsao et al., "AutoVP: An
 * Automated Visual Prompting Framework and Benchmark", ICLR 2024).
 */
@Extension
public final class FrequentManyFactory implements LabelMapperFactory<FrequentManyOptions> {
  private static final String NAME = "frequent-many";

  /** For the plugin host. */
  public FrequentManyFactory() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Several source labels for each target label, those predicted most often (AutoVP).";
  }

  @Override
  public Class<FrequentManyOptions> optionsType() {
    return FrequentManyOptions.class;
  }

  @Override
  public LabelMapper create(FrequentManyOptions options, LabelMapperContext context) {
    int each = options.idsPerTarget();
    IdsLabelMapper.requireSources(NAME, context, each);
    return new CountedIdsLabelMapper(
        context,
        each,
        counts -> GreedyAssignment.assign(counts, each),
        Evidence.EVERY_EPOCH,
        options.interval());
  }
}
