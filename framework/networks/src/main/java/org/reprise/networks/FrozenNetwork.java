package org.reprise.networks;

import org.bytedeco.pytorch.Tensor;

/**
 * A network in evaluation mode none of whose weights requires a gradient. Used from one thread at a
 * time.
 */
public interface FrozenNetwork extends AutoCloseable {

  /**
   * Runs the network. Under autocast it computes in the autocast dtype with weights that were cast
   * once and are kept.
   *
   * @param x {@code [N,3,H,W]} float32, normalised, on the weights' device; borrowed, not modified
   * @return {@code [N,KS]} logits, part of x's graph; the caller's scope owns it
   */
  Tensor forward(Tensor x);

  /** Frees the weights. */
  @Override
  void close();
}
