package org.reprise.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.data.ImageSize;

/**
 * A backbone's surroundings on the CPU.
 *
 * @param promptSize size of the images that the prompt hands over
 * @param targetLabelNames the task's classes
 * @param cacheFolder where computed things may be kept
 */
public record FakeBackboneContext(
    Optional<ImageSize> promptSize, List<String> targetLabelNames, Path cacheFolder)
    implements BackboneContext {

  /**
   * Surroundings of a network that reads no class names and keeps nothing.
   *
   * @param promptSize size of the images that the prompt hands over
   */
  public FakeBackboneContext(Optional<ImageSize> promptSize) {
    this(promptSize, List.of("first", "second"), Path.of("no-cache"));
  }

  @Override
  public Device device() {
    return new Device("cpu");
  }
}
