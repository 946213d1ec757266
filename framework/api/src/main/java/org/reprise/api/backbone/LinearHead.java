package org.reprise.api.backbone;

import org.bytedeco.pytorch.Tensor;

/**
 * An ability some backbones have: their last step is a matrix product, {@code logits = features ·
 * weight}. A linear mapping can then be folded into that product, {@code target logits = features ·
 * (weight · omega)}, which never forms the {@code [N,KS]} logits.
 */
public interface LinearHead {

  /**
   * Runs the network up to the last product.
   *
   * @param x as for {@link Backbone#forward}
   * @return {@code [N,D]}; the caller's scope owns it
   */
  Tensor features(Tensor x);

  /**
   * Returns the last factor.
   *
   * @return {@code [D,KS]} float32; the backbone's, not to be modified or freed
   */
  Tensor weight();
}
