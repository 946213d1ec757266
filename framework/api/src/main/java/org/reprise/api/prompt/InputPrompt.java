package org.reprise.api.prompt;

import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;

/**
 * An input prompt: makes the network input from a batch of images. Used from one thread at a time.
 *
 * <p>Further abilities: {@link org.reprise.api.Trainable}, {@link org.reprise.api.Stateful}, {@link
 * Augmenting}.
 */
public interface InputPrompt extends AutoCloseable {

  /**
   * Returns how images of a split are to be prepared. They are stored so, once.
   *
   * @param split which part of the data; what is cut from training to validate on counts as {@link
   *     Split#VALIDATION}
   * @return the preparation
   */
  ImagePreparation preparation(Split split);

  /**
   * Puts the prompt on a batch.
   *
   * @param images {@code [N,3,h,w]} as prepared, and in training as augmented, float32 in [0,1],
   *     RGB, on the run's device; borrowed, not modified
   * @param purpose what for; batches of one purpose only may change the prompt's state, those of
   *     {@link Purpose#TRAINING}
   * @return the network input, of the backbone's input size, normalised, float32; part of the graph
   *     of the prompt's parameters where gradients are enabled; the caller's scope owns its tensors
   */
  NetworkInput forward(Tensor images, Purpose purpose);

  /**
   * Returns V: how many network inputs there are for each sample.
   *
   * @return the same at every call, at least 1; with V views the mapper's source labels are V times
   *     the backbone's, view by view
   */
  default int views() {
    return 1;
  }

  /** Frees native memory. */
  @Override
  void close();
}
