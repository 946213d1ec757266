package org.reprise.api.prompt;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Trainable;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;

/**
 * An input prompt: makes the network input from a batch of images. Used from one thread at a time.
 */
public interface InputPrompt extends Trainable {

  /**
   * Returns how images of a split are to be prepared. They are stored so, once.
   *
   * @param split which part of the data; what is cut from training to validate on counts as {@link
   *     Split#VALIDATION}
   * @return the preparation
   */
  ImagePreparation preparation(Split split);

  /**
   * Returns what training does to images at random.
   *
   * @return empty, the default, where training sees the images as stored
   */
  default Optional<Augmentation> augmentation() {
    return Optional.empty();
  }

  /**
   * Puts the prompt on a batch.
   *
   * @param images {@code [N,3,h,w]} as prepared, and in training as augmented, float32 in [0,1],
   *     RGB, on the run's device; borrowed, not modified
   * @param training whether these are images to learn from: those of training and of passes that
   *     gather evidence
   * @return {@code [N,3,H,W]} of the backbone's input size, normalised, float32; part of the graph
   *     of the prompt's parameters where gradients are enabled; the caller's scope owns it
   */
  Tensor forward(Tensor images, boolean training);
}
