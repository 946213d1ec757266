package org.reprise.prompts.masks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.Trainable;
import org.reprise.api.WholeBatch;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.Augmenting;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.RuleSpec;
import org.reprise.support.ChannelConstants;
import org.reprise.support.PromptSize;
import org.reprise.support.StateTensors;

/**
 * A pattern for all images, times a mask for each: {@code x + program · up(M(x))}, x normalised, M
 * a {@link MaskNetwork}, {@code up} repeating each of its values over a square. Cai et al.,
 * <i>Sample-specific Masks for Visual Reprogramming-based Prompting</i>, ICML 2024.
 *
 * <p>As the program starts at zero, the first step moves the program only. Batch norm goes by the
 * batch in training, and by its running statistics, which stay as they are, in evaluation and in
 * passes for evidence; the published code takes the first pass for evidence in training mode too.
 */
final class SmmPrompt implements InputPrompt, Trainable, Augmenting, WholeBatch, Capturable {
  private static final String PROGRAM = "program";

  private final SmmOptions options;
  private final ImageSize size;
  private final StateTensors tensors;
  private final MaskNetwork masks;
  private final KeptTensor mean;
  private final KeptTensor std;

  /**
   * Makes a prompt.
   *
   * @param options sizes and update rule
   * @param context the surroundings; a square input that the patch divides
   */
  SmmPrompt(SmmOptions options, InputPromptContext context) {
    this.options = options;
    this.size = context.inputSize();
    this.tensors = new StateTensors(context.device());
    int side = size.height();
    try (PointerScope scope = new PointerScope()) {
      tensors.learn(
          PROGRAM, torch.zeros(1, 3, side, side).contiguous(MemoryFormat.ChannelsLast).squeeze(0));
      this.masks =
          new MaskNetwork(
              tensors,
              "mask.",
              options.layers(),
              options.patch(),
              options.channels(),
              torch.make_generator_cpu(context.seed()));
      this.mean =
          new KeptTensor(
              ChannelConstants.image(context.normalization().mean(), side, side, context.device()));
      this.std =
          new KeptTensor(
              ChannelConstants.image(context.normalization().std(), side, side, context.device()));
    }
  }

  @Override
  public ImagePreparation preparation(Split split) {
    int margin = split == Split.TRAIN ? options.margin() : 0;
    return ImagePreparation.stretched(ImageSize.square(size.height() + margin));
  }

  @Override
  public Augmentation augmentation() {
    return new Augmentation(size, true);
  }

  @Override
  public NetworkInput forward(Tensor images, Purpose purpose) {
    PromptSize.require(size, images);
    return new NetworkInput.Whole(
        prompted(images.sub(mean.get()).div(std.get()), purpose == Purpose.TRAINING));
  }

  /** Puts the prompt on normalised images. */
  private Tensor prompted(Tensor x, boolean training) {
    Tensor each = masks.masks(x, training);
    Tensor enlarged = torch.upsample_nearest2d(each, size.height(), size.width());
    return x.add(tensors.get(PROGRAM).unsqueeze(0).mul(enlarged));
  }

  /** Returns the masks of normalised images, before they are enlarged. */
  Tensor masks(Tensor x, boolean training) {
    return masks.masks(x, training);
  }

  @Override
  public String reason() {
    return "prompt \"smm\" makes its masks with batch norm, which goes by the batch in training";
  }

  @Override
  public List<ParameterGroup> parameters() {
    List<Tensor> learned = tensors.learned();
    RuleSpec rule = new RuleSpec(options.maskOptimizer().name(), options.maskOptimizer().options());
    return List.of(
        ParameterGroup.of(learned.get(0)),
        new ParameterGroup(
            learned.subList(1, learned.size()), Optional.of(rule), options.maskSchedule()));
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
    mean.close();
    std.close();
  }
}
