package org.reprise.prompts;

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
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * The image, centred, on a canvas whose remaining pixels are learned: {@code (padded image + mask ·
 * sigmoid(program) - mean) / std}.
 *
 * <p>What depends on the program alone, {@code (mask · sigmoid(program) - mean) / std}, is computed
 * once for a batch; an image costs a division at its own size, a pad and one addition.
 */
final class PaddingPrompt extends LearnedPrompt {
  private final ImageSize imageSize;
  private final long[] pads; // left, right, top, bottom
  private final KeptTensor mask;
  private final KeptTensor mean;
  private final KeptTensor std;
  private final KeptTensor imageStd;

  /**
   * Makes a prompt.
   *
   * @param imageSize size of the images, at most size x size
   * @param initial the program's first values, {@code [3,size,size]} float32; borrowed
   * @param innerMask {@code [h,w]} float32 that the mask takes inside the image; borrowed
   * @param normalization applied last
   * @param device where images arrive
   */
  PaddingPrompt(
      ImageSize imageSize,
      Tensor initial,
      Tensor innerMask,
      Normalization normalization,
      Device device) {
    super(initial, device);
    this.imageSize = imageSize;
    int size = (int) initial.size(1);
    // an odd difference puts the extra row at the top and the extra column on the left
    int left = (size - imageSize.width() + 1) / 2;
    int top = (size - imageSize.height() + 1) / 2;
    this.pads =
        new long[] {left, size - imageSize.width() - left, top, size - imageSize.height() - top};
    try (PointerScope scope = new PointerScope()) {
      Tensor square = torch.constant_pad_nd(innerMask, pads, new Scalar(1.0f));
      this.mask =
          new KeptTensor(
              square
                  .to(device, ScalarType.Float)
                  .expand(1, 3, size, size)
                  .contiguous(MemoryFormat.ChannelsLast));
      this.mean = new KeptTensor(ChannelConstants.image(normalization.mean(), size, size, device));
      this.std = new KeptTensor(ChannelConstants.image(normalization.std(), size, size, device));
      this.imageStd =
          new KeptTensor(
              ChannelConstants.image(
                  normalization.std(), imageSize.height(), imageSize.width(), device));
    }
  }

  /** Returns a mask that learns nothing inside the image, in the caller's scope. */
  static Tensor emptyMask(ImageSize imageSize) {
    return torch.zeros(
        new long[] {imageSize.height(), imageSize.width()}, new TensorOptions(ScalarType.Float));
  }

  @Override
  public ImagePreparation preparation(Split split) {
    return ImagePreparation.stretched(imageSize);
  }

  @Override
  public Tensor forward(Tensor images, boolean training) {
    PromptSize.require(imageSize, images);
    Tensor frame = program().sigmoid().mul(mask.get()).sub(mean.get()).div(std.get());
    Tensor canvas = torch.constant_pad_nd(images.div(imageStd.get()), pads);
    return channelsFirst(pixelsFirst(canvas).add(pixelsFirst(frame)));
  }

  @Override
  public void close() {
    super.close();
    mask.close();
    mean.close();
    std.close();
    imageStd.close();
  }
}
