package org.reprise.prompts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.PromptSize;

/** {@code padding}: learned pixels around the image. */
@Extension
public final class PaddingFactory implements InputPromptFactory<PaddingOptions> {

  /** For the plugin host. */
  public PaddingFactory() {}

  @Override
  public String name() {
    return "padding";
  }

  @Override
  public String description() {
    return "Centres the image on a larger canvas and learns the pixels around it.";
  }

  @Override
  public Class<PaddingOptions> optionsType() {
    return PaddingOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(PaddingOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(PaddingOptions options, InputPromptContext context) {
    int size = PromptSize.of(name(), options.size(), context);
    ImageSize image = context.imageSize();
    if (image.height() > size || image.width() > size) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" places images on a canvas of %dx%d, but they are %s; choose a smaller"
                  + " image-size of the data set",
              name(), size, size, image));
    }
    if (image.equals(ImageSize.square(size))) {
      context.note(
          String.format(
              "prompt \"%s\": images of %s fill the canvas, so there are no pixels to learn; a"
                  + " smaller image-size of the data set leaves some",
              name(), image));
    }
    if (options.views() == 1) {
      return view(options.init(), size, context.seed(), context);
    }
    List<PaddingPrompt> views = new ArrayList<>();
    for (int view = 0; view < options.views(); view++) {
      views.add(view(options.init(), size, context.seed() + view, context));
    }
    return new ViewsPrompt(views);
  }

  private static PaddingPrompt view(
      PaddingOptions.Init init, int size, long seed, InputPromptContext context) {
    try (PointerScope scope = new PointerScope()) {
      return new PaddingPrompt(
          context.imageSize(),
          initial(init, size, seed),
          PaddingPrompt.emptyMask(context.imageSize()),
          context.normalization(),
          context.device());
    }
  }

  private static Tensor initial(PaddingOptions.Init init, int size, long seed) {
    long[] shape = {3, size, size};
    TensorOptions options = new TensorOptions(ScalarType.Float);
    return switch (init) {
      case ZERO -> torch.zeros(shape, options);
      case NORMAL ->
          torch.randn(shape, new GeneratorOptional(torch.make_generator_cpu(seed)), options);
    };
  }
}
