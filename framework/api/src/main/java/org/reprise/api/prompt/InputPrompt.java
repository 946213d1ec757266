package org.reprise.api.prompt;

import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Trainable;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * An input prompt: makes the network input from a batch of images. Used from one thread at a time.
 */
public interface InputPrompt extends Trainable {

  /**
   * Returns the size at which images of a split are to be stored and handed to {@link #forward}.
   *
   * @param split which part of the data
   * @return height and width, pixels
   */
  ImageSize storedSize(Split split);

  /**
   * Puts the prompt on a batch.
   *
   * @param images {@code [N,3,h,w]} of the stored size, float32 in [0,1], RGB, on the run's device;
   *     borrowed, not modified
   * @param training whether augmentation, if the prompt has any, applies
   * @return {@code [N,3,H,W]} of the backbone's input size, normalised, float32; part of the graph
   *     of the prompt's parameters where gradients are enabled; the caller's scope owns it
   */
  Tensor forward(Tensor images, boolean training);
}
