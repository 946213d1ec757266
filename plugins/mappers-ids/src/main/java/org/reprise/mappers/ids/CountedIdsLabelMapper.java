package org.reprise.mappers.ids;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;

/** Ids that a rule finds in how often each source label was predicted for each target label. */
final class CountedIdsLabelMapper extends IdsLabelMapper implements EvidenceBased {

  /** From joint counts J {@code [KS,KT]} int64 to ids {@code [KT][q]}. */
  @FunctionalInterface
  interface Rule {
    long[][] ids(Tensor counts);
  }

  private final Rule rule;
  private final Evidence evidence;
  private final int interval;
  private final JointCounts counts;

  /**
   * Makes a mapper without a mapping.
   *
   * @param each q
   * @param rule finds the ids
   * @param evidence how often
   * @param interval epochs between two refits, where there are several
   */
  CountedIdsLabelMapper(
      LabelMapperContext context, int each, Rule rule, Evidence evidence, int interval) {
    super(context, each);
    this.rule = rule;
    this.evidence = evidence;
    this.interval = interval;
    this.counts = context.newJointCounts();
  }

  @Override
  public Evidence evidence() {
    return evidence;
  }

  @Override
  public int interval() {
    return interval;
  }

  @Override
  public void observe(Tensor logits, Tensor labels) {
    counts.addArgmax(logits, labels);
  }

  @Override
  public void refit() {
    try (PointerScope scope = new PointerScope()) {
      use(rule.ids(counts.counts()));
    }
    counts.clear();
  }

  @Override
  public void close() {
    super.close();
    counts.close();
  }
}
