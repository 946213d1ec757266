package org.reprise.mappers.bayesian;

import org.pf4j.Extension;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;

/** {@code blm}: Bayesian-guided label mapping from counted predictions. */
@Extension
public final class BlmFactory implements LabelMapperFactory<BlmOptions> {

  /** For the plugin host. */
  public BlmFactory() {}

  @Override
  public String name() {
    return "blm";
  }

  @Override
  public String description() {
    return "Bayesian-guided label mapping from the predictions of each epoch.";
  }

  @Override
  public Class<BlmOptions> optionsType() {
    return BlmOptions.class;
  }

  @Override
  public LabelMapper create(BlmOptions options, LabelMapperContext context) {
    return new BayesianLabelMapper(JointCounts::addArgmax, options.laplace(), context);
  }
}
