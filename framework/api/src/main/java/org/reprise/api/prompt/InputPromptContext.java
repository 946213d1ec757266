package org.reprise.api.prompt;

import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.ExtensionContext;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;

/** What the framework offers to an input prompt. */
public interface InputPromptContext extends ExtensionContext {

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
   * Returns what the backbone can do beyond {@link org.reprise.api.backbone.Backbone}.
   *
   * @param <A> the ability
   * @param ability an interface of the API, e.g. {@link org.reprise.api.backbone.PreparedInput}
   * @return the backbone as that; borrowed; empty where it cannot
   */
  <A> Optional<A> backbone(Class<A> ability);

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
}
