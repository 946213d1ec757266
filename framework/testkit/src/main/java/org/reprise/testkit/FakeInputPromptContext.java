package org.reprise.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPromptContext;

/**
 * A prompt's surroundings on the CPU.
 *
 * @param imageSize size of the data set's images
 * @param inputSize size of the network input
 * @param abilities what the backbone can do, each an object of an interface of the API
 * @param normalization the backbone's
 * @param seed seed of whatever the prompt draws
 * @param notes gets what the prompt tells the user
 * @param inputs gets what the prompt declares
 */
public record FakeInputPromptContext(
    ImageSize imageSize,
    ImageSize inputSize,
    List<Object> abilities,
    Normalization normalization,
    long seed,
    List<String> notes,
    List<Path> inputs)
    implements InputPromptContext, FakeContext {

  /** A backbone without abilities. */
  public FakeInputPromptContext(
      ImageSize imageSize, ImageSize inputSize, Normalization normalization, long seed) {
    this(imageSize, inputSize, Optional.empty(), normalization, seed);
  }

  /**
   * A backbone that may want images prepared in its own way.
   *
   * @param preparation that way, if it says so
   */
  public FakeInputPromptContext(
      ImageSize imageSize,
      ImageSize inputSize,
      Optional<ImagePreparation> preparation,
      Normalization normalization,
      long seed) {
    this(
        imageSize,
        inputSize,
        preparation.<List<Object>>map(way -> List.of((PreparedInput) () -> way)).orElse(List.of()),
        normalization,
        seed,
        new ArrayList<>(),
        new ArrayList<>());
  }

  @Override
  public <A> Optional<A> backbone(Class<A> ability) {
    return abilities.stream().filter(ability::isInstance).map(ability::cast).findFirst();
  }

  @Override
  public Device device() {
    return new Device("cpu");
  }
}
