package org.reprise.prompts;

import java.util.Optional;
import org.pf4j.Extension;
import org.reprise.api.data.ImageSize;
import org.reprise.api.options.NoOptions;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;

/** {@code none}: the image as it is, normalised. */
@Extension
public final class NoneFactory implements InputPromptFactory<NoOptions> {

  /** For the plugin host. */
  public NoneFactory() {}

  @Override
  public String name() {
    return "none";
  }

  @Override
  public String description() {
    return "No prompt: the image at the backbone's size, normalised. For baselines without training,"
        + " or where only the mapping is trained.";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(NoOptions options) {
    return Optional.empty();
  }

  @Override
  public InputPrompt create(NoOptions options, InputPromptContext context) {
    return new NonePrompt(context);
  }
}
