package org.reprise.prompts;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * Learned values over a frame of the image: {@code (image - mean) / std + mask · program}, mask 1
 * on the frame and 0 inside.
 *
 * <p>What does not depend on the image, {@code mask · program - mean / std}, is computed once for a
 * batch; an image costs one fused division and addition.
 *
 * <p>As in the reference, images to train on are stretched to 4 pixels more than the network input,
 * cropped at random and mirrored; images to test on are stretched to the input. A backbone that
 * wants images prepared in its own way (CLIP) gets them so in both cases, without augmentation.
 */
final class WatermarkPrompt extends LearnedPrompt {
  /** Pixels that images to train on are larger by, for the random crop. */
  private static final int MARGIN = 4;

  private final ImageSize size;
  private final Optional<ImagePreparation> backbonePreparation;
  private final KeptTensor mask;
  private final KeptTensor std;
  private final KeptTensor shift;

  /**
   * Makes a prompt.
   *
   * @param initial the program's first values, {@code [3,size,size]} float32; borrowed
   * @param pad width of the frame, pixels, at most half the size
   * @param normalization applied to the image first
   * @param backbonePreparation how the backbone wants images prepared, if it says so
   * @param device where images arrive
   */
  WatermarkPrompt(
      Tensor initial,
      int pad,
      Normalization normalization,
      Optional<ImagePreparation> backbonePreparation,
      Device device) {
    super(initial, device);
    int side = (int) initial.size(1);
    this.backbonePreparation = backbonePreparation;
    this.size = ImageSize.square(side);
    try (PointerScope scope = new PointerScope()) {
      int inside = side - 2 * pad;
      Tensor hole = torch.zeros(new long[] {inside, inside}, new TensorOptions(ScalarType.Float));
      this.mask =
          new KeptTensor(
              torch
                  .constant_pad_nd(hole, new long[] {pad, pad, pad, pad}, new Scalar(1.0f))
                  .to(device, ScalarType.Float)
                  .expand(1, 3, side, side)
                  .contiguous(MemoryFormat.ChannelsLast));
      Tensor deviation = ChannelConstants.image(normalization.std(), side, side, device);
      this.std = new KeptTensor(deviation);
      this.shift =
          new KeptTensor(
              ChannelConstants.image(normalization.mean(), side, side, device).div(deviation));
    }
  }

  @Override
  public ImagePreparation preparation(Split split) {
    if (backbonePreparation.isPresent()) {
      return backbonePreparation.get();
    }
    int side = size.height() + (split == Split.TRAIN ? MARGIN : 0);
    return ImagePreparation.stretched(ImageSize.square(side));
  }

  @Override
  public Optional<Augmentation> augmentation() {
    return backbonePreparation.isPresent()
        ? Optional.empty()
        : Optional.of(new Augmentation(size, true));
  }

  @Override
  public Tensor forward(Tensor images, boolean training) {
    PromptSize.require(size, images);
    Tensor frame = program().mul(mask.get()).sub(shift.get());
    return channelsFirst(
        torch.addcdiv(pixelsFirst(frame), pixelsFirst(images), pixelsFirst(std.get())));
  }

  @Override
  public void close() {
    super.close();
    mask.close();
    std.close();
    shift.close();
  }
}
