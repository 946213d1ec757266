package org.reprise.prompts;

import java.util.LinkedHashMap;
import java.util.Map;
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
 * The image, centred, on a canvas whose remaining pixels are learned: {@code (padded image + mask ·
 * sigmoid(program) - mean) / std}.
 *
 * <p>The frame is {@code (mask · sigmoid(program) - mean) / std}, the same for all images; the
 * window is {@code image / std} plus what the frame holds there, at the image's own size.
 */
final class PaddingPrompt extends LearnedPrompt {
  private final ImageSize imageSize;
  private final int top;
  private final int left;
  private final boolean learnsInside;
  private final KeptTensor mean;
  private final KeptTensor std;
  private final KeptTensor imageStd;
  private final KeptTensor imageShift; // -mean / std: what the frame holds where nothing is learned

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
    super(initial, device, square(innerMask, (int) initial.size(1)));
    this.imageSize = imageSize;
    int size = (int) initial.size(1);
    this.top = before(size, imageSize.height());
    this.left = before(size, imageSize.width());
    try (PointerScope scope = new PointerScope()) {
      this.learnsInside = innerMask.ne(new Scalar(0)).any().item_bool();
      this.mean = new KeptTensor(ChannelConstants.image(normalization.mean(), size, size, device));
      this.std = new KeptTensor(ChannelConstants.image(normalization.std(), size, size, device));
      this.imageStd =
          new KeptTensor(
              ChannelConstants.image(
                  normalization.std(), imageSize.height(), imageSize.width(), device));
      this.imageShift =
          new KeptTensor(
              ChannelConstants.image(
                      normalization.mean(), imageSize.height(), imageSize.width(), device)
                  .neg()
                  .div(imageStd.get()));
    }
  }

  /** Pixels before the image; an odd difference puts the extra one at the top and on the left. */
  private static int before(int size, int image) {
    return (size - image + 1) / 2;
  }

  private static Tensor square(Tensor innerMask, int size) {
    int height = (int) innerMask.size(0);
    int width = (int) innerMask.size(1);
    int top = before(size, height);
    int left = before(size, width);
    long[] pads = {left, size - width - left, top, size - height - top};
    return torch.constant_pad_nd(innerMask, pads, new Scalar(1.0f));
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
  public NetworkInput forward(Tensor images, Purpose purpose) {
    PromptSize.require(imageSize, images);
    Tensor frame = program().sigmoid().mul(mask()).sub(mean.get()).div(std.get());
    Tensor inside =
        learnsInside
            ? frame.narrow(2, top, imageSize.height()).narrow(3, left, imageSize.width())
            : imageShift.get();
    Tensor window =
        torch.addcdiv(pixelsFirst(inside), pixelsFirst(images), pixelsFirst(imageStd.get()));
    return new NetworkInput.Framed(frame, channelsFirst(window), top, left);
  }

  @Override
  public Map<String, Tensor> pictures() {
    Map<String, Tensor> pictures = new LinkedHashMap<>(super.pictures());
    pictures.put("through the sigmoid", program().sigmoid().mul(mask()).squeeze(0));
    return pictures;
  }

  @Override
  public void close() {
    super.close();
    mean.close();
    std.close();
    imageStd.close();
    imageShift.close();
  }
}
