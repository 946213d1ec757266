package org.reprise.prompts.additive;

import java.util.Optional;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.PromptSize;

/** {@code patch}: a learned patch added to the image. */
@Extension
public final class PatchFactory implements InputPromptFactory<PatchOptions> {

  /** For the plugin host. */
  public PatchFactory() {}

  @Override
  public String name() {
    return "patch";
  }

  @Override
  public String description() {
    return "Adds a learned square patch to the normalised image, at a fixed or random place (VP).";
  }

  @Override
  public Class<PatchOptions> optionsType() {
    return PatchOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(PatchOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(PatchOptions options, InputPromptContext context) {
    int size = PromptSize.of(name(), options.size(), context);
    boolean random = options.place() == PatchOptions.Place.RANDOM;
    int most = random ? size - 1 : size;
    if (options.side() > most) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" has a patch of side %d pixels, but an image of %dx%d has room for at"
                  + " most %d",
              name(), options.side(), size, size, most));
    }
    // the last place, size - side, is never drawn in the published code, and not here
    return new PatchPrompt(
        context,
        options.side(),
        random
            ? Optional.of(PatchPlaces.random(context.seed(), size - options.side()))
            : Optional.empty());
  }
}
