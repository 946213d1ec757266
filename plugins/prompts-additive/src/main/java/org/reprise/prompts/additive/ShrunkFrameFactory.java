package org.reprise.prompts.additive;

import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.PromptSize;

/** {@code shrunk-frame}: a smaller picture, and learned values on a frame around it. */
@Extension
public final class ShrunkFrameFactory implements InputPromptFactory<ShrunkFrameOptions> {

  /** For the plugin host. */
  public ShrunkFrameFactory() {}

  @Override
  public String name() {
    return "shrunk-frame";
  }

  @Override
  public List<String> aliases() {
    return List.of("evp");
  }

  @Override
  public String description() {
    return "Shrinks the image and adds learned values on a frame of the network input (EVP).";
  }

  @Override
  public Class<ShrunkFrameOptions> optionsType() {
    return ShrunkFrameOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(ShrunkFrameOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(ShrunkFrameOptions options, InputPromptContext context) {
    int size = PromptSize.of(name(), options.size(), context);
    if (options.picture() > size || 2 * (long) options.pad() > size) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" puts a picture of %d pixels and a frame of pad %d pixels into %dx%d;"
                  + " picture is to be at most %d, and pad at most %d",
              name(), options.picture(), options.pad(), size, size, size, size / 2));
    }
    try (PointerScope scope = new PointerScope()) {
      return new ShrunkFramePrompt(
          context, options.picture(), options.pad(), torch.zeros(3, size, size));
    }
  }
}
