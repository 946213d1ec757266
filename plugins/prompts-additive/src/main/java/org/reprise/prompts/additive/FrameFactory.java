package org.reprise.prompts.additive;

import java.util.Optional;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.PromptSize;

/** {@code frame}: learned values added along the edges of the image. */
@Extension
public final class FrameFactory implements InputPromptFactory<FrameOptions> {

  /** For the plugin host. */
  public FrameFactory() {}

  @Override
  public String name() {
    return "frame";
  }

  @Override
  public String description() {
    return "Adds learned values to a frame of the normalised image, from a normal start (VP).";
  }

  @Override
  public Class<FrameOptions> optionsType() {
    return FrameOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(FrameOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(FrameOptions options, InputPromptContext context) {
    int size = PromptSize.of(name(), options.size(), context);
    if (2 * (long) options.pad() >= size) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" has a frame of pad %d pixels, which leaves nothing inside an image of"
                  + " %dx%d; pad is to be at most %d",
              name(), options.pad(), size, size, (size - 1) / 2));
    }
    return new FramePrompt(context, options.pad());
  }
}
