package org.reprise.api.mapping;

import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Trainable;

/**
 * A label mapping: how source labels stand for target labels. Used from one thread at a time; sees
 * neither data set, nor backbone, nor the epoch loop.
 *
 * <p>The engine calls, for {@link Evidence#ONCE} and {@link Evidence#EVERY_EPOCH}: {@link #observe}
 * for each batch of a pass, then {@link #refit} once; and {@link #map} for every batch of training
 * and evaluation from the first refit on. A mapper that needs no evidence is ready when made.
 * Evidence lives only in {@link JointCounts} made by the mapper's context.
 */
public interface LabelMapper extends Trainable {

  /**
   * Says when evidence is wanted.
   *
   * @return the same at every call
   */
  Evidence evidence();

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

  /**
   * Maps source logits to target logits.
   *
   * @param logits {@code [N,KS]} float32; borrowed, not modified
   * @return {@code [N,KT]} float32, differentiable in the logits (and in the mapper's own
   *     parameters); the caller's scope owns it
   * @throws IllegalStateException if it wants evidence and was never refitted; the message says to
   *     refit
   */
  Tensor map(Tensor logits);

  /**
   * Returns the mapping as a matrix omega.
   *
   * @return {@code [KS,KT]} float32, detached; 0 and 1 for a one-to-one mapping; the caller's scope
   *     owns it
   * @throws IllegalStateException as for {@link #map}
   */
  Tensor matrix();

  /**
   * Tells whether {@code map(logits)} is {@code logits · matrix()} exactly, so that it may be
   * folded into other matrix products.
   *
   * @return the same at every call
   */
  boolean isLinear();
}
