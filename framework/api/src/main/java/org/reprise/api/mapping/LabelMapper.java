package org.reprise.api.mapping;

import org.bytedeco.pytorch.Tensor;

/**
 * A label mapping: how source labels stand for target labels. Used from one thread at a time; sees
 * neither data set, nor backbone, nor the epoch loop.
 *
 * <p>Further abilities: {@link EvidenceBased} mappings are estimated from what the network predicts
 * for the training set, {@link org.reprise.api.Trainable} ones are moved by gradients, {@link
 * MatrixMapping} ones are a matrix, and {@link org.reprise.api.Stateful} ones have something to
 * save.
 */
public interface LabelMapper extends AutoCloseable {

  /**
   * Maps source logits to target logits.
   *
   * @param logits {@code [N,KS]} float32; with V views KS is V times the backbone's, view by view;
   *     borrowed, not modified
   * @return {@code [N,KT]} float32, differentiable in the logits (and in the mapper's own
   *     parameters); the caller's scope owns it
   * @throws IllegalStateException if it wants evidence and was never refitted; the message says to
   *     refit
   */
  Tensor map(Tensor logits);

  /** Frees native memory. */
  @Override
  void close();
}
