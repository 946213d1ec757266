package org.reprise.prompts;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.support.ChannelConstants;
import org.reprise.support.PromptSize;

/** {@code (image - mean) / std}, with nothing to learn. */
final class NonePrompt implements InputPrompt, Capturable {
  private final ImagePreparation preparation;
  private final KeptTensor mean;
  private final KeptTensor std;

  NonePrompt(InputPromptContext context) {
    ImageSize size = context.inputSize();
    preparation =
        context
            .backbone(PreparedInput.class)
            .map(PreparedInput::preparation)
            .orElseGet(() -> ImagePreparation.stretched(size));
    try (PointerScope scope = new PointerScope()) {
      mean =
          new KeptTensor(
              ChannelConstants.image(
                  context.normalization().mean(), size.height(), size.width(), context.device()));
      std =
          new KeptTensor(
              ChannelConstants.image(
                  context.normalization().std(), size.height(), size.width(), context.device()));
    }
  }

  @Override
  public ImagePreparation preparation(Split split) {
    return preparation;
  }

  @Override
  public NetworkInput forward(Tensor images, Purpose purpose) {
    PromptSize.require(preparation.size(), images);
    return new NetworkInput.Whole(images.sub(mean.get()).div(std.get()));
  }

  @Override
  public void close() {
    mean.close();
    std.close();
  }
}
