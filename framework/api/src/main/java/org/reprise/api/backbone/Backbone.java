package org.reprise.api.backbone;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.data.ImageSize;

/**
 * A frozen, pretrained network: images in, source logits out.
 *
 * <p>Frozen means: in evaluation mode, and no weight requires a gradient; the gradient with respect
 * to the input is always available, but for a network that says otherwise ({@link ForwardOnly}).
 * Used from one thread at a time.
 */
public interface Backbone extends AutoCloseable {

  /**
   * Returns KS.
   *
   * @return the number of source labels, at least 1
   */
  int sourceLabels();

  /**
   * Returns the names of the source labels.
   *
   * @return KS names; source label {@code s} is the name at {@code s}
   */
  List<String> labels();

  /**
   * Returns the size of the network input.
   *
   * @return height and width, pixels
   */
  ImageSize inputSize();

  /**
   * Returns the normalisation that the network was trained with; the prompt applies it.
   *
   * @return mean and standard deviation per channel
   */
  Normalization normalization();

  /**
   * Runs the network.
   *
   * @param x {@code [N,3,H,W]}, normalised, on the run's device, float32 (autocast may be on),
   *     channels-last or contiguous; borrowed, not modified
   * @return {@code [N,KS]} logits in float32 or the autocast dtype, part of x's graph where x
   *     requires a gradient; the caller's scope owns it
   */
  Tensor forward(Tensor x);

  /**
   * Begins a pass over many batches: an epoch of training, a pass for evidence, an evaluation.
   *
   * @param promptFixed whether the prompt stays as it is for the whole pass, so that what it makes
   *     the same for every batch may be computed once
   * @return a pass that the caller closes; by default each batch is handed to {@link #forward} in
   *     one piece
   */
  default Pass pass(boolean promptFixed) {
    return input -> forward(input.whole());
  }

  /**
   * Tells what a {@link #pass} saves where all samples share a frame.
   *
   * @param framing how samples lie in it
   * @return counts, or why there is nothing to save; by default nothing is
   */
  default BorderSaving borderSaving(Framing framing) {
    return BorderSaving.none("nothing is known of the network's structure");
  }

  /**
   * Tells how the network is computed on this machine, where it chooses among ways that round
   * differently. For the record of a run.
   *
   * @return one sentence without a full stop; by default nothing is chosen
   */
  default Optional<String> computedBy() {
    return Optional.empty();
  }

  /** Frees the weights. */
  @Override
  void close();
}
