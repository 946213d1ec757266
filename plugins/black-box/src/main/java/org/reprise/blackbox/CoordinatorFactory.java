package org.reprise.blackbox;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.pf4j.Extension;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Head;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.support.ChannelConstants;
import org.reprise.support.PromptSize;

/** {@code coordinator}: a picture made of a frozen encoder's features, added to the image. */
@Extension
public final class CoordinatorFactory implements InputPromptFactory<CoordinatorOptions> {

  /** For the plugin host. */
  public CoordinatorFactory() {}

  @Override
  public String name() {
    return "coordinator";
  }

  @Override
  public List<String> aliases() {
    return List.of("blackvip");
  }

  @Override
  public String description() {
    return "Adds a picture to each image that a learned decoder makes of a frozen encoder's features"
        + " (BlackVIP).";
  }

  @Override
  public Class<CoordinatorOptions> optionsType() {
    return CoordinatorOptions.class;
  }

  @Override
  public Optional<ImageSize> promptSize(CoordinatorOptions options) {
    return options.size().map(ImageSize::square);
  }

  @Override
  public InputPrompt create(CoordinatorOptions options, InputPromptContext context) {
    int size = PromptSize.of(name(), options.size(), context);
    Encoder encoder =
        options
            .encoder()
            .<Encoder>map(block -> new FrozenEncoder(context.make(block), context.device()))
            .orElseGet(() -> ofTheRun(context));
    try {
      return new CoordinatorPrompt(options, encoder, features(encoder, size, context), context);
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  private Encoder ofTheRun(InputPromptContext context) {
    Head head =
        context
            .backbone(Head.class)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "prompt \""
                            + name()
                            + "\": the backbone does not show its features; name an encoder that"
                            + " makes some"));
    return images -> {
      try (NoGradGuard noGradient = new NoGradGuard()) {
        int height = (int) images.size(2);
        int width = (int) images.size(3);
        Tensor mean =
            ChannelConstants.image(context.normalization().mean(), height, width, context.device());
        Tensor std =
            ChannelConstants.image(context.normalization().std(), height, width, context.device());
        return head.features(images.sub(mean).div(std)).detach().to(ScalarType.Float);
      }
    };
  }

  /** Returns how many values an encoder gives for an image. */
  private static long features(Encoder encoder, int size, InputPromptContext context) {
    try (PointerScope scope = new PointerScope()) {
      TensorOptions options =
          new TensorOptions(ScalarType.Float).device(new DeviceOptional(context.device()));
      Tensor probe = encoder.features(torch.zeros(new long[] {1, 3, size, size}, options));
      if (probe.dim() != 2) {
        throw new InvalidInputException(
            "prompt \"coordinator\": the encoder returned "
                + Arrays.toString(probe.shape())
                + " for one image, expected [1,D]");
      }
      return probe.size(1);
    }
  }
}
