package org.reprise.mappers.bayesian;

import org.bytedeco.pytorch.Tensor;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.support.CountingMapper;

/** A mapping matrix omega estimated each epoch from joint counts ({@link BayesianMatrix}). */
final class BayesianLabelMapper extends CountingMapper {
  private final EvidenceRule rule;
  private final double laplace;

  /**
   * Makes a mapper without a mapping.
   *
   * @param rule how a batch enters the joint counts
   * @param laplace lambda, 0 or more
   * @param context KS, KT and the counts
   */
  BayesianLabelMapper(EvidenceRule rule, double laplace, LabelMapperContext context) {
    super(context);
    this.rule = rule;
    this.laplace = laplace;
  }

  @Override
  protected void count(JointCounts counts, Tensor logits, Tensor labels) {
    rule.add(counts, logits, labels);
  }

  @Override
  protected Tensor omega(Tensor counts) {
    return BayesianMatrix.estimate(counts, laplace);
  }
}
