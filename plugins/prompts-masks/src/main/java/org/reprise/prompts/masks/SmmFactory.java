package org.reprise.prompts.masks;

import java.util.Optional;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.PromptSize;

/** {@code smm}: a learned pattern under masks that a network makes of each image. */
@Extension
public final class SmmFactory implements InputPromptFactory<SmmOptions> {

  /** For the plugin host. */
  public SmmFactory() {}

  @Override
  public String name() {
    return "smm";
  }

  @Override
  public String description() {
    return "Adds a learned pattern under a mask that a small network makes of each image (SMM).";
  }

  @Override
  public Class<SmmOptions> optionsType() {
    return SmmOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(SmmOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(SmmOptions options, InputPromptContext context) {
    int size = PromptSize.of(name(), options.size(), context);
    if (size % options.patch() != 0) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" has patches of %d pixels, which do not fill an image of %dx%d; patch"
                  + " is to divide %d",
              name(), options.patch(), size, size, size));
    }
    return new SmmPrompt(options, context);
  }
}
