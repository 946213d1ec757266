package org.reprise.backbones.clip;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Pass;

/** Makes features of images. Its weights belong to the {@link Parameters} they came from. */
interface ImageTower {

  /**
   * Runs the tower.
   *
   * @param images {@code [N,3,size,size]}, normalised
   * @return {@code [N,D]}, not scaled to length 1
   */
  Tensor encode(Tensor images);

  /**
   * Begins a pass of {@link #encode} over many batches; see {@link
   * org.reprise.api.backbone.Backbone#pass}.
   *
   * @param promptFixed whether the prompt stays as it is for the whole pass
   * @return a pass that the caller closes
   */
  default Pass pass(boolean promptFixed) {
    return input -> encode(input.whole());
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

  /** Tells how the tower is computed on this machine; nothing where that is not chosen. */
  default Optional<String> computedBy() {
    return Optional.empty();
  }
}
