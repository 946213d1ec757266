package org.reprise.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.download.Download;

/**
 * A backbone's surroundings on the CPU.
 *
 * @param promptSize size of the images that the prompt hands over
 * @param targetLabelNames the task's classes
 * @param cacheFolder where computed things may be kept
 * @param notes what the user was told so far
 * @param inputs gets what the backbone declares
 */
public record FakeBackboneContext(
    Optional<ImageSize> promptSize,
    List<String> targetLabelNames,
    Path cacheFolder,
    List<String> notes,
    List<Path> inputs)
    implements BackboneContext, FakeContext {

  /**
   * Surroundings in which nothing was told yet.
   *
   * @param promptSize size of the images that the prompt hands over
   * @param targetLabelNames the task's classes
   * @param cacheFolder where computed things may be kept
   */
  public FakeBackboneContext(
      Optional<ImageSize> promptSize, List<String> targetLabelNames, Path cacheFolder) {
    this(promptSize, targetLabelNames, cacheFolder, new ArrayList<>(), new ArrayList<>());
  }

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

  // as without a network: only what a test put into the cache folder is there
  @Override
  public Path fetch(Download file) {
    Path there = cacheFolder.resolve("weights").resolve(file.fileName());
    if (!Files.isRegularFile(there)) {
      throw new InvalidInputException(there + " is not there and tests fetch nothing");
    }
    return there;
  }
}
