package org.reprise.testkit;

import org.bytedeco.pytorch.Device;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPromptContext;

/**
 * A prompt's surroundings on the CPU.
 *
 * @param imageSize size of the data set's images
 * @param inputSize size of the network input
 * @param normalization the backbone's
 * @param seed seed of whatever the prompt draws
 */
public record FakeInputPromptContext(
    ImageSize imageSize, ImageSize inputSize, Normalization normalization, long seed)
    implements InputPromptContext {

  @Override
  public Device device() {
    return new Device("cpu");
  }
}
