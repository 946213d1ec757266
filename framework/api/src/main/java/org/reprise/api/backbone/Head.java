package org.reprise.api.backbone;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * An ability of backbones that end in a matrix product: {@code logits = features · weight + bias}.
 *
 * <p>A mapping by a matrix omega can then be folded into that product, {@code target logits =
 * features · (weight · omega) + bias · omega}, which never forms the {@code [N,KS]} logits; and an
 * experiment may take the features themselves for source labels ({@code output: features}).
 */
public interface Head {

  /**
   * Runs the network up to the last product.
   *
   * @param x as for {@link Backbone#forward}
   * @return {@code [N,D]} float32 or the autocast dtype; the caller's scope owns it
   */
  Tensor features(Tensor x);

  /**
   * Returns the last factor.
   *
   * @return {@code [D,KS]} float32; the backbone's, not to be modified or freed
   */
  Tensor weight();

  /**
   * Returns what is added after the product.
   *
   * @return {@code [KS]} float32, the backbone's, not to be modified or freed; empty where nothing
   *     is added
   */
  default Optional<Tensor> bias() {
    return Optional.empty();
  }

  /**
   * Begins a pass of {@link #features} over many batches; see {@link Backbone#pass}.
   *
   * @param promptFixed whether the prompt stays as it is for the whole pass
   * @return a pass that the caller closes
   */
  default Pass featurePass(boolean promptFixed) {
    return input -> features(input.whole());
  }
}
