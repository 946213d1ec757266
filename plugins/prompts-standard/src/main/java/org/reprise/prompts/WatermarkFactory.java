package org.reprise.prompts;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.PromptSize;

/** {@code watermark}: learned values over a frame of the image. */
@Extension
public final class WatermarkFactory implements InputPromptFactory<WatermarkOptions> {

  /** For the plugin host. */
  public WatermarkFactory() {}

  @Override
  public String name() {
    return "watermark";
  }

  @Override
  public String description() {
    return "Fills the network input with the image and learns values added on a frame of it.";
  }

  @Override
  public Class<WatermarkOptions> optionsType() {
    return WatermarkOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(WatermarkOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(WatermarkOptions options, InputPromptContext context) {
    int size = PromptSize.of(name(), options.size(), context);
    if (2 * (long) options.pad() > size) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" has a frame of pad %d pixels, but an image of %dx%d has room for at"
                  + " most %d",
              name(), options.pad(), size, size, size / 2));
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor initial = torch.zeros(new long[] {3, size, size}, new TensorOptions(ScalarType.Float));
      Optional<PreparedInput> prepared = context.backbone(PreparedInput.class);
      // a backbone that wants images prepared in its own way gets them so in training too
      return prepared.isPresent()
          ? new WatermarkPrompt(
              initial,
              options.pad(),
              context.normalization(),
              prepared.get().preparation(),
              context.device())
          : new AugmentedWatermarkPrompt(
              initial, options.pad(), context.normalization(), context.device());
    }
  }
}
