package org.reprise.api.mapping;

import org.bytedeco.pytorch.Tensor;

/**
 * An ability of mappers: the mapping is estimated from pairs (logits, label) of a pass over the
 * training set.
 *
 * <p>The engine calls {@link #observe} for each batch of a pass, then {@link #refit} once; {@link
 * LabelMapper#map} for every batch of training and evaluation from the first refit on. Evidence
 * lives only in {@link JointCounts} made by the mapper's context, so that the engine may sum it
 * over several workers.
 */
public interface EvidenceBased {

  /**
   * Says when evidence is wanted.
   *
   * @return the same at every call
   */
  Evidence evidence();

  /**
   * Says how often a mapping that wants evidence {@link Evidence#EVERY_EPOCH} is made again.
   *
   * @return epochs from one refit to the next, at least 1, the same at every call; 1 by default
   */
  default int interval() {
    return 1;
  }

  /**
   * Takes in one batch of evidence.
   *
   * @param logits {@code [N,KS]}, detached, in the dtype the backbone returned; borrowed, not
   *     modified
   * @param labels {@code [N]} int64 in [0, KT); borrowed
   * @throws org.reprise.api.NonFiniteLogitsException if a logit is NaN or infinite
   */
  void observe(Tensor logits, Tensor labels);

  /** Makes the mapping from the evidence, and forgets the evidence. */
  void refit();
}
