package org.reprise.prompts.additive;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.reprise.api.KeptTensor;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.ParameterGroup;
import org.reprise.support.ChannelConstants;
import org.reprise.support.PromptSize;
import org.reprise.support.StateTensors;

/**
 * A normalised image plus something that is the same for all images of a batch. Images smaller than
 * the network input lie in the middle of zeros; an odd difference puts the extra pixel at the top
 * and on the left.
 */
abstract class AdditivePrompt implements InputPrompt, Trainable {
  private final StateTensors tensors;
  private final ImagePreparation preparation;
  private final ImageSize input;
  private final KeptTensor std;
  private final KeptTensor shift; // mean / std

  /**
   * Makes a prompt that has learned nothing.
   *
   * @param context the surroundings
   * @param preparation how images are prepared, at most of the input's size
   */
  AdditivePrompt(InputPromptContext context, ImagePreparation preparation) {
    this.tensors = new StateTensors(context.device());
    this.preparation = preparation;
    this.input = context.inputSize();
    try (PointerScope scope = new PointerScope()) {
      Tensor deviation =
          ChannelConstants.image(
              context.normalization().std(), input.height(), input.width(), context.device());
      Tensor mean =
          ChannelConstants.image(
              context.normalization().mean(), input.height(), input.width(), context.device());
      this.std = new KeptTensor(deviation);
      this.shift = new KeptTensor(mean.div(deviation));
    }
  }

  /** Returns the preparation of prompts that show the whole image: as the backbone wants it. */
  static ImagePreparation wholeImage(InputPromptContext context) {
    return context
        .backbone(PreparedInput.class)
        .map(PreparedInput::preparation)
        .orElseGet(() -> ImagePreparation.stretched(context.inputSize()));
  }

  /** Returns what is learned, and what is saved beside it. */
  final StateTensors tensors() {
    return tensors;
  }

  /** Returns the deviations that the image was divided by, {@code [1,3,H,W]}. */
  final Tensor std() {
    return std.get();
  }

  /**
   * Returns what is added to the normalised image.
   *
   * @param purpose of the batch
   * @return {@code [1,3,H,W]} float32 of the network input's size, part of the graph
   */
  abstract Tensor addition(Purpose purpose);

  @Override
  public ImagePreparation preparation(Split split) {
    return preparation;
  }

  @Override
  public final NetworkInput forward(Tensor images, Purpose purpose) {
    PromptSize.require(preparation.size(), images);
    Tensor added = addition(purpose).contiguous(MemoryFormat.ChannelsLast).sub(shift.get());
    // in the order in which channels-last images lie: the sum over the batch is faster so
    return new NetworkInput.Whole(
        torch
            .addcdiv(
                added.permute(0, 2, 3, 1),
                onCanvas(images).permute(0, 2, 3, 1),
                std.get().permute(0, 2, 3, 1))
            .permute(0, 3, 1, 2));
  }

  private Tensor onCanvas(Tensor images) {
    long rows = input.height() - images.size(2);
    long columns = input.width() - images.size(3);
    if (rows == 0 && columns == 0) {
      return images;
    }
    long top = (rows + 1) / 2;
    long left = (columns + 1) / 2;
    return torch
        .constant_pad_nd(images, new long[] {left, columns - left, top, rows - top}, new Scalar(0))
        .contiguous(MemoryFormat.ChannelsLast);
  }

  @Override
  public final List<ParameterGroup> parameters() {
    return List.of(ParameterGroup.of(tensors.learned().toArray(Tensor[]::new)));
  }

  @Override
  public Map<String, Tensor> state() {
    return tensors.state();
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    tensors.restore(state);
  }

  @Override
  public void close() {
    tensors.close();
    std.close();
    shift.close();
  }
}
