package org.reprise.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPromptContext;

/**
 * A prompt's surroundings on the CPU.
 *
 * @param imageSize size of the data set's images
 * @param inputSize size of the network input
 * @param backbonePreparation how the backbone wants images prepared, if it says so
 * @param normalization the backbone's
 * @param seed seed of whatever the prompt draws
 * @param notes gets what the prompt tells the user
 */
public record FakeInputPromptContext(
    ImageSize imageSize,
    ImageSize inputSize,
    Optional<ImagePreparation> backbonePreparation,
    Normalization normalization,
    long seed,
    List<String> notes)
    implements InputPromptContext {

  /** A backbone that leaves preparation to the prompt. */
  public FakeInputPromptContext(
      ImageSize imageSize, ImageSize inputSize, Normalization normalization, long seed) {
    this(imageSize, inputSize, Optional.empty(), normalization, seed);
  }

  /** Notes go to a list of its own. */
  public FakeInputPromptContext(
      ImageSize imageSize,
      ImageSize inputSize,
      Optional<ImagePreparation> backbonePreparation,
      Normalization normalization,
      long seed) {
    this(imageSize, inputSize, backbonePreparation, normalization, seed, new ArrayList<>());
  }

  @Override
  public Device device() {
    return new Device("cpu");
  }

  @Override
  public void note(String text) {
    notes.add(text);
  }
}
