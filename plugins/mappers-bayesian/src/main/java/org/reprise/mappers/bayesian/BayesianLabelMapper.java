package org.reprise.mappers.bayesian;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.training.ParameterGroup;
import org.reprise.support.SavedState;

/**
 * A mapping matrix omega estimated each epoch from joint counts ({@link BayesianMatrix}); target
 * logits are {@code logits · omega}. Saved as {@code matrix}, {@code [KS,KT]} float32.
 */
final class BayesianLabelMapper implements LabelMapper {
  private static final String MATRIX = "matrix";

  private final LabelMapperContext context;
  private final EvidenceRule rule;
  private final double laplace;
  private final JointCounts counts;
  private final KeptTensor matrix = new KeptTensor();

  /**
   * Makes a mapper without a mapping.
   *
   * @param rule how a batch enters the joint counts
   * @param laplace lambda, 0 or more
   * @param context KS, KT and the counts
   */
  BayesianLabelMapper(EvidenceRule rule, double laplace, LabelMapperContext context) {
    this.context = context;
    this.rule = rule;
    this.laplace = laplace;
    this.counts = context.newJointCounts();
  }

  @Override
  public Evidence evidence() {
    return Evidence.EVERY_EPOCH;
  }

  @Override
  public void observe(Tensor logits, Tensor labels) {
    rule.add(counts, logits, labels);
  }

  @Override
  public void refit() {
    try (KeptTensor joint = new KeptTensor()) {
      try (PointerScope scope = new PointerScope()) {
        joint.set(counts.counts().to(ScalarType.Double)); // the snapshot is freed at once
      }
      BayesianMatrix.estimate(joint.get(), laplace, matrix);
    }
    counts.clear();
  }

  @Override
  public Tensor map(Tensor logits) {
    return logits.matmul(omega());
  }

  @Override
  public Tensor matrix() {
    return omega().detach();
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public List<ParameterGroup> parameters() {
    return List.of();
  }

  @Override
  public Map<String, Tensor> state() {
    return Map.of(MATRIX, omega());
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    Tensor saved =
        SavedState.require(
            state, MATRIX, ScalarType.Float, context.sourceLabels(), context.targetLabels());
    try (PointerScope scope = new PointerScope()) {
      matrix.set(saved.to(context.device(), ScalarType.Float).clone());
    }
  }

  @Override
  public void close() {
    matrix.close();
    counts.close();
  }

  private Tensor omega() {
    if (!matrix.isSet()) {
      throw new IllegalStateException(
          "there is no mapping yet: observe a pass and refit first, or restore a saved one");
    }
    return matrix.get();
  }
}
