package org.reprise.mappers.bayesian;

import org.bytedeco.pytorch.Tensor;
import org.reprise.api.mapping.JointCounts;

/** How a batch enters the joint counts: all that {@code blm} and {@code blm++} differ in. */
@FunctionalInterface
interface EvidenceRule {

  /**
   * Adds a batch.
   *
   * @param counts J so far, modified
   * @param logits {@code [N,KS]}; borrowed
   * @param labels {@code [N]} int64; borrowed
   */
  void add(JointCounts counts, Tensor logits, Tensor labels);
}
