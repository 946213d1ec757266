package org.reprise.prompts;

import java.util.List;
import java.util.Map;
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
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.training.ParameterGroup;

/**
 * The image, centred, on a canvas whose remaining pixels are learned: {@code (padded image + mask ·
 * sigmoid(program) - mean) / std}.
 *
 * <p>What depends on the program alone, {@code (mask · sigmoid(program) - mean) / std}, is computed
 * once for a batch; an image costs a division at its own size, a pad and one addition.
 */
final class PaddingPrompt implements InputPrompt {
  private final ImageSize imageSize;
  private final long[] pads; // left, right, top, bottom
  private final Program program;
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
    this.imageSize = imageSize;
    int size = (int) initial.size(1);
    // an odd difference puts the extra row at the top and the extra column on the left
    int left = (size - imageSize.width() + 1) / 2;
    int top = (size - imageSize.height() + 1) / 2;
    this.pads =
        new long[] {left, size - imageSize.width() - left, top, size - imageSize.height() - top};
    this.program = new Program(initial, device);
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
    Tensor learned = program.values().sigmoid().unsqueeze(0).mul(mask.get());
    Tensor frame = learned.sub(mean.get()).div(std.get()).contiguous(MemoryFormat.ChannelsLast);
    Tensor canvas = torch.constant_pad_nd(images.div(imageStd.get()), pads);
    return canvas.add(frame);
  }

  @Override
  public List<ParameterGroup> parameters() {
    return program.parameters();
  }

  @Override
  public Map<String, Tensor> state() {
    return program.state();
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    program.restore(state);
  }

  @Override
  public void close() {
    program.close();
    mask.close();
    mean.close();
    std.close();
    imageStd.close();
  }
}
