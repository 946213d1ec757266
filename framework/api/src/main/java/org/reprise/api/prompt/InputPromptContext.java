package org.reprise.api.prompt;

import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;

/** What the framework offers to an input prompt. */
public interface InputPromptContext {

  /**
   * Returns the size of the data set's images.
   *
   * @return {@code image-size} of the data set
   */
  ImageSize imageSize();

  /**
   * Returns the size of the network input, which {@link InputPrompt#forward} must produce.
   *
   * @return the backbone's input size
   */
  ImageSize inputSize();

  /**
   * Returns how the backbone wants whole images prepared, where it says so.
   *
   * @return of a {@link org.reprise.api.backbone.PreparedInput}; empty for other backbones
   */
  Optional<ImagePreparation> backbonePreparation();

  /**
   * Returns the normalisation to apply.
   *
   * @return the backbone's
   */
  Normalization normalization();

  /**
   * Returns where images arrive and parameters belong.
   *
   * @return the run's device
   */
  Device device();

  /**
   * Returns the seed of whatever the prompt draws.
   *
   * @return a seed derived from the experiment's, the same for every run of one list
   */
  long seed();

  /**
   * Tells the user something that is no error, e.g. that nothing is left to learn. Shown once a run
   * begins.
   *
   * @param text for people; names the prompt
   */
  void note(String text);
}
