package org.reprise.prompts;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.Augmenting;

/**
 * The watermark as the reference trains it: images to train on are stretched to 4 pixels more than
 * the network input, cropped at random and mirrored; images to test on are stretched to the input.
 */
final class AugmentedWatermarkPrompt extends WatermarkPrompt implements Augmenting {
  /** Pixels that images to train on are larger by, for the random crop. */
  private static final int MARGIN = 4;

  private final ImageSize size;

  /** Makes a prompt; parameters as for {@link WatermarkPrompt}. */
  AugmentedWatermarkPrompt(Tensor initial, int pad, Normalization normalization, Device device) {
    super(initial, pad, normalization, ImagePreparation.stretched(square(initial)), device);
    this.size = square(initial);
  }

  private static ImageSize square(Tensor program) {
    return ImageSize.square((int) program.size(1));
  }

  @Override
  public ImagePreparation preparation(Split split) {
    return split == Split.TRAIN
        ? ImagePreparation.stretched(ImageSize.square(size.height() + MARGIN))
        : super.preparation(split);
  }

  @Override
  public Augmentation augmentation() {
    return new Augmentation(size, true);
  }
}
