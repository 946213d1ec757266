package org.reprise.blackbox;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.api.Trainable;
import org.reprise.api.WholeBatch;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Normalization;
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
 * A picture for each image, added to it: a decoder makes it of a frozen encoder's features and of a
 * trigger that all images share; the sum is brought back into the range of pixels. Oh et al.,
 * <i>BlackVIP: Black-Box Visual Prompting for Robust Transfer Learning</i>, CVPR 2023.
 *
 * <p>The decoder makes sides that are multiples of 32; of a picture larger than the network input
 * the middle is taken. Batch norm goes by the batch in training, and by its running statistics,
 * which stay as they are, otherwise. The encoder sees images normalised as it wants them; the
 * published code hands it those of the target network.
 */
final class CoordinatorPrompt implements InputPrompt, Trainable, WholeBatch {
  private static final String TRIGGER = "p_trigger";

  private final CoordinatorOptions options;
  private final Encoder encoder;
  private final ImageSize size;
  private final ImagePreparation preparation;
  private final int grid;
  private final boolean triggered;
  private final StateTensors tensors;
  private final Decoder decoder;
  private final KeptTensor mean;
  private final KeptTensor std;
  private final KeptTensor lowest;
  private final KeptTensor highest;

  /**
   * Makes a prompt.
   *
   * @param options sizes and strength
   * @param encoder closed with this object
   * @param features D, how many values it returns for an image
   * @param context the surroundings; a square input
   * @throws InvalidInputException if the features do not fit into the decoder's maps
   */
  CoordinatorPrompt(
      CoordinatorOptions options, Encoder encoder, long features, InputPromptContext context) {
    this.options = options;
    this.encoder = encoder;
    this.size = context.inputSize();
    this.preparation =
        context
            .backbone(PreparedInput.class)
            .map(PreparedInput::preparation)
            .orElseGet(() -> ImagePreparation.stretched(size));
    this.grid = (size.height() + Decoder.GROWTH - 1) / Decoder.GROWTH;
    long trigger = (long) options.channels() * grid * grid - features;
    if (trigger < 0) {
      throw new InvalidInputException(
          String.format(
              "prompt \"coordinator\": the encoder gives %d values for an image, but the decoder"
                  + " starts from %d channels of %dx%d; channels is to be at least %d",
              features,
              options.channels(),
              grid,
              grid,
              (features + (long) grid * grid - 1) / ((long) grid * grid)));
    }
    this.triggered = trigger > 0;
    this.tensors = new StateTensors(context.device());
    try (PointerScope scope = new PointerScope()) {
      Generator random = torch.make_generator_cpu(context.seed());
      if (triggered) {
        tensors.learn(
            TRIGGER, torch.empty(1, trigger).uniform_(0, 0.1, new GeneratorOptional(random)));
      }
      this.decoder = new Decoder(tensors, options.channels(), options.firstGroups(), random);
      Normalization normalization = context.normalization();
      Device device = context.device();
      int side = size.height();
      Tensor average = ChannelConstants.image(normalization.mean(), side, side, device);
      Tensor deviation = ChannelConstants.image(normalization.std(), side, side, device);
      this.mean = new KeptTensor(average);
      this.std = new KeptTensor(deviation);
      this.lowest = new KeptTensor(average.neg().div(deviation));
      this.highest = new KeptTensor(average.neg().add(new Scalar(1.0)).div(deviation));
    }
  }

  @Override
  public ImagePreparation preparation(Split split) {
    return preparation;
  }

  @Override
  public NetworkInput forward(Tensor images, Purpose purpose) {
    PromptSize.require(size, images);
    Tensor picture = picture(encoder.features(images), purpose == Purpose.TRAINING);
    Tensor x = images.sub(mean.get()).div(std.get());
    return new NetworkInput.Whole(
        clipped(x.add(picture, new Scalar(options.strength())), lowest.get(), highest.get())
            .contiguous(MemoryFormat.ChannelsLast));
  }

  /** Makes what is added, {@code [N,3,H,W]}, of features {@code [N,D]}. */
  Tensor picture(Tensor features, boolean training) {
    long samples = features.size(0);
    Tensor start = features;
    if (triggered) {
      Tensor trigger = tensors.get(TRIGGER);
      start = torch.cat(new TensorVector(features, trigger.expand(samples, trigger.size(1))), 1);
    }
    Tensor whole =
        decoder.pictures(start.reshape(samples, options.channels(), grid, grid), training);
    long beyond = whole.size(2) - size.height();
    return whole.narrow(2, beyond / 2, size.height()).narrow(3, beyond / 2, size.width());
  }

  /** Brings normalised pixels back into the range of pixels. */
  static Tensor clipped(Tensor x, Tensor lowest, Tensor highest) {
    return torch.minimum(torch.maximum(x, lowest), highest);
  }

  @Override
  public String reason() {
    return "prompt \"coordinator\" decodes with batch norm, which goes by the batch in training";
  }

  @Override
  public List<ParameterGroup> parameters() {
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
    encoder.close();
    tensors.close();
    mean.close();
    std.close();
    lowest.close();
    highest.close();
  }
}
