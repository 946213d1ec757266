package org.reprise.mappers.bayesian;

import java.util.List;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;

/** {@code blm++}: Bayesian-guided label mapping from the top-k probabilities. */
@Extension
public final class BlmPlusPlusFactory implements LabelMapperFactory<BlmPlusPlusOptions> {

  /** For the plugin host. */
  public BlmPlusPlusFactory() {}

  @Override
  public String name() {
    return "blm++";
  }

  @Override
  public List<String> aliases() {
    return List.of("blm+", "blmp", "blmpp");
  }

  @Override
  public String description() {
    return "Bayesian-guided label mapping from the top-k predicted probabilities of each epoch.";
  }

  @Override
  public Class<BlmPlusPlusOptions> optionsType() {
    return BlmPlusPlusOptions.class;
  }

  @Override
  public LabelMapper create(BlmPlusPlusOptions options, LabelMapperContext context) {
    int k = options.k(context.targetLabels());
    if (k > context.sourceLabels()) {
      throw new InvalidInputException(
          String.format(
              "mapping \"%s\" counts the top %d source labels (%s), but the backbone has only %d",
              name(),
              k,
              options.topK().isPresent() ? "top-k" : "top-k-ratio of the target labels",
              context.sourceLabels()));
    }
    return new BayesianLabelMapper(
        (counts, logits, labels) -> counts.addTopK(logits, labels, k), options.laplace(), context);
  }
}
