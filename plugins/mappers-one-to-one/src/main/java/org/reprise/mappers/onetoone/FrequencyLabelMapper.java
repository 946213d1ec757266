package org.reprise.mappers.onetoone;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.support.GreedyAssignment;

/**
 * Frequent and iterative label mapping: {@link GreedyAssignment} from how often each source label
 * was predicted for each target label. They differ in how often evidence is gathered.
 */
final class FrequencyLabelMapper extends OneToOneLabelMapper implements EvidenceBased {
  private final Evidence evidence;
  private final JointCounts counts;

  /**
   * Makes a mapper without a mapping.
   *
   * @param name what error messages call it
   * @param evidence {@link Evidence#ONCE} or {@link Evidence#EVERY_EPOCH}
   * @param context KS of at least KT
   */
  FrequencyLabelMapper(String name, Evidence evidence, LabelMapperContext context) {
    super(name, context);
    this.evidence = evidence;
    this.counts = context.newJointCounts();
  }

  @Override
  public Evidence evidence() {
    return evidence;
  }

  @Override
  public void observe(Tensor logits, Tensor labels) {
    counts.addArgmax(logits, labels);
  }

  @Override
  public void refit() {
    try (PointerScope scope = new PointerScope()) {
      long[][] assigned = GreedyAssignment.assign(counts.counts(), 1);
      use(Tensor.create(Arrays.stream(assigned).mapToLong(own -> own[0]).toArray()));
    }
    counts.clear();
  }

  @Override
  public void close() {
    super.close();
    counts.close();
  }
}
