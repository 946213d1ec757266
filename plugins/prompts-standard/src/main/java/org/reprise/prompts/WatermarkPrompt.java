package org.reprise.prompts;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.Purpose;
import org.reprise.support.ChannelConstants;
import org.reprise.support.PromptSize;

/**
 * Learned values over a frame of the image: {@code (image - mean) / std + mask · program}, mask 1
 * on the frame and 0 inside.
 *
 * <p>What does not depend on the image, {@code mask · program - mean / std}, is computed once for a
 * batch; an image costs one fused division and addition.
 */
sealed class WatermarkPrompt extends LearnedPrompt permits AugmentedWatermarkPrompt {
  private final ImageSize size;
  private final ImagePreparation preparation;
  private final KeptTensor std;
  private final KeptTensor shift;

  /**
   * Makes a prompt.
   *
   * @param initial the program's first values, {@code [3,size,size]} float32; borrowed
   * @param pad width of the frame, pixels, at most half the size
   * @param normalization applied to the image first
   * @param preparation how images are prepared, in training too, to {@code size x size}
   * @param device where images arrive
   */
  WatermarkPrompt(
      Tensor initial,
      int pad,
      Normalization normalization,
      ImagePreparation preparation,
      Device device) {
    super(initial, device, mask((int) initial.size(1), pad));
    int side = (int) initial.size(1);
    this.preparation = preparation;
    this.size = ImageSize.square(side);
    try (PointerScope scope = new PointerScope()) {
      Tensor deviation = ChannelConstants.image(normalization.std(), side, side, device);
      this.std = new KeptTensor(deviation);
      this.shift =
          new KeptTensor(
              ChannelConstants.image(normalization.mean(), side, side, device).div(deviation));
    }
  }

  private static Tensor mask(int side, int pad) {
    int inside = side - 2 * pad;
    Tensor hole = torch.zeros(new long[] {inside, inside}, new TensorOptions(ScalarType.Float));
    return torch.constant_pad_nd(hole, new long[] {pad, pad, pad, pad}, new Scalar(1.0f));
  }

  @Override
  public ImagePreparation preparation(Split split) {
    return preparation;
  }

  @Override
  public NetworkInput forward(Tensor images, Purpose purpose) {
    PromptSize.require(size, images);
    Tensor frame = program().mul(mask()).sub(shift.get());
    return new NetworkInput.Whole(
        channelsFirst(
            torch.addcdiv(pixelsFirst(frame), pixelsFirst(images), pixelsFirst(std.get()))));
  }

  @Override
  public void close() {
    super.close();
    std.close();
    shift.close();
  }
}
