package org.reprise.prompts.scaled;

import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.PromptSize;

/** {@code scaled}: a frame around an image whose size is learned. */
@Extension
public final class ScaledFactory implements InputPromptFactory<ScaledOptions> {

  /** For the plugin host. */
  public ScaledFactory() {}

  @Override
  public String name() {
    return "scaled";
  }

  @Override
  public List<String> aliases() {
    return List.of("autovp");
  }

  @Override
  public String description() {
    return "Learns a frame around the image together with the image's size (AutoVP).";
  }

  @Override
  public Class<ScaledOptions> optionsType() {
    return ScaledOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(ScaledOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(ScaledOptions options, InputPromptContext context) {
    int size = PromptSize.of(name(), options.size(), context);
    if (options.picture() > size) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" puts a picture of %d pixels on a canvas of %dx%d; picture is to be at"
                  + " most %d",
              name(), options.picture(), size, size, size));
    }
    int picture =
        options.learnScale()
            ? options.picture()
            : Math.max(1, Math.min(size, (int) Math.floor(options.picture() * options.scale())));
    if (picture == size && !options.learnScale()) {
      context.note(
          String.format(
              "prompt \"%s\": a picture of %d pixels fills the canvas, so there is nothing to"
                  + " learn",
              name(), picture));
    }
    return new ScaledPrompt(
        ImageSize.square(picture),
        options.scale(),
        options.learnScale(),
        options.values(),
        context);
  }
}
