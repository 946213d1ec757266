package org.reprise.mappers.transport;

import org.bytedeco.pytorch.Tensor;
import org.pf4j.Extension;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.support.CountingMapper;

/**
 * {@code transport}: entropic optimal transport from source to target labels, over the sums of all
 * predicted probabilities. Reprise's own: no published code of a transport between labels was
 * found.
 */
@Extension
public final class TransportFactory implements LabelMapperFactory<TransportOptions> {

  /** For the plugin host. */
  public TransportFactory() {}

  @Override
  public String name() {
    return "transport";
  }

  @Override
  public String description() {
    return "Entropic optimal transport between source and target labels, over the sums of all"
        + " predicted probabilities of each epoch.";
  }

  @Override
  public Class<TransportOptions> optionsType() {
    return TransportOptions.class;
  }

  @Override
  public LabelMapper create(TransportOptions options, LabelMapperContext context) {
    return new CountingMapper(context) {
      @Override
      protected void count(JointCounts counts, Tensor logits, Tensor labels) {
        counts.addTopK(logits, labels, context.sourceLabels());
      }

      @Override
      protected Tensor omega(Tensor counts) {
        return TransportPlan.estimate(counts, options);
      }
    };
  }
}
