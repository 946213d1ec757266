package org.reprise.support;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.ReferenceState;
import org.reprise.api.Stateful;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.MatrixMapping;

/**
 * A mapping by a matrix that is made from joint counts of predicted source label and true target
 * label: {@code target logits = logits · omega}. A subclass says how omega is made of the counts;
 * counting, saving and restoring are done here. State: {@code matrix}, {@code [KS,KT]} float32.
 */
public abstract class CountingMapper
    implements LabelMapper, EvidenceBased, MatrixMapping, Stateful, ReferenceState, Capturable {
  private static final String MATRIX = "matrix";

  private final LabelMapperContext context;
  private final JointCounts counts;
  private final KeptTensor matrix = new KeptTensor();

  /**
   * Makes a mapper without a mapping.
   *
   * @param context KS, KT, the device and the counts
   */
  protected CountingMapper(LabelMapperContext context) {
    this.context = context;
    this.counts = context.newJointCounts();
  }

  /**
   * Makes the matrix.
   *
   * @param counts J {@code [KS,KT]} float64, none negative, on the device of the logits; a copy
   *     that may be overwritten
   * @return omega {@code [KS,KT]} float64 on the same device, finite; may be {@code counts} itself
   */
  protected abstract Tensor omega(Tensor counts);

  /**
   * Adds a batch to the counts: here its predictions, {@link JointCounts#addArgmax}.
   *
   * @param counts J so far, modified
   * @param logits as for {@link EvidenceBased#observe}
   * @param labels as for {@link EvidenceBased#observe}
   */
  protected void count(JointCounts counts, Tensor logits, Tensor labels) {
    counts.addArgmax(logits, labels);
  }

  /** Returns {@link Evidence#EVERY_EPOCH}. */
  @Override
  public Evidence evidence() {
    return Evidence.EVERY_EPOCH;
  }

  @Override
  public final void observe(Tensor logits, Tensor labels) {
    count(counts, logits, labels);
  }

  @Override
  public final void refit() {
    try (KeptTensor joint = new KeptTensor()) {
      try (PointerScope scope = new PointerScope()) {
        joint.set(counts.counts().to(ScalarType.Double)); // the snapshot is freed at once
      }
      try (PointerScope scope = new PointerScope()) {
        matrix.set(omega(joint.get()).to(ScalarType.Float));
      }
    }
    counts.clear();
  }

  @Override
  public final Tensor map(Tensor logits) {
    return logits.matmul(kept());
  }

  @Override
  public final Tensor matrix() {
    return kept().detach();
  }

  @Override
  public final Map<String, Tensor> state() {
    return Map.of(MATRIX, kept());
  }

  @Override
  public final void restore(Map<String, Tensor> state) {
    Tensor saved =
        SavedState.require(
            state, MATRIX, ScalarType.Float, context.sourceLabels(), context.targetLabels());
    try (PointerScope scope = new PointerScope()) {
      matrix.set(saved.to(context.device(), ScalarType.Float).clone());
    }
  }

  @Override
  public final void restoreReference(Map<String, Tensor> checkpoint) {
    try (PointerScope scope = new PointerScope()) {
      restore(ReferenceCheckpoint.mapping(checkpoint));
    }
  }

  @Override
  public void close() {
    matrix.close();
    counts.close();
  }

  private Tensor kept() {
    if (!matrix.isSet()) {
      throw new IllegalStateException(
          "there is no mapping yet: observe a pass and refit first, or restore a saved one");
    }
    return matrix.get();
  }
}
