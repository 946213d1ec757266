package org.reprise.networks;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Pass;

/** A network that ends in a matrix product: {@code logits = features · weightᵀ + bias}. */
public interface HeadedNetwork extends FrozenNetwork {

  /**
   * Runs the network up to the last product.
   *
   * @param x as for {@link #forward}
   * @return {@code [N,D]}; the caller's scope owns it
   */
  Tensor features(Tensor x);

  /**
   * Returns the last matrix.
   *
   * @return {@code [KS,D]} float32; the network's
   */
  Tensor lastWeight();

  /**
   * Returns what is added after the last product.
   *
   * @return {@code [KS]} float32; the network's
   */
  Tensor lastBias();

  /**
   * Returns the parameters, which can be trained.
   *
   * @return the network's
   */
  ParameterStore store();

  /**
   * Begins a pass of {@link #forward} over many batches.
   *
   * @param promptFixed whether frames are the same for all batches
   * @return a pass that the caller closes
   */
  default Pass pass(boolean promptFixed) {
    return input -> forward(input.whole());
  }

  /**
   * Tells what a pass saves where all samples share a frame.
   *
   * @param framing how samples lie in it
   * @return counts, or why there is nothing to save
   */
  default BorderSaving borderSaving(Framing framing) {
    return BorderSaving.none("attention joins all pixels in the first layer");
  }

  /** Tells how the network is computed on this machine; nothing where that is not chosen. */
  default Optional<String> computedBy() {
    return Optional.empty();
  }

  /**
   * Begins a pass of {@link #features} over many batches.
   *
   * @param promptFixed whether frames are the same for all batches
   * @return a pass that the caller closes
   */
  default Pass featurePass(boolean promptFixed) {
    return input -> features(input.whole());
  }
}
