package org.reprise.prompts.scaled;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.ParameterGroup;
import org.reprise.prompts.scaled.ScaledOptions.Values;
import org.reprise.support.ChannelConstants;
import org.reprise.support.PromptSize;
import org.reprise.support.StateTensors;

/**
 * A frame around an image whose scale is learned with it. Tsao et al., <i>AutoVP: An Automated
 * Visual Prompting Framework and Benchmark</i>, ICLR 2024. The frame shows where the image, by its
 * size rounded down, does not lie; that choice has no gradient. After each step the scale is
 * brought back into [0.1, 5].
 *
 * <p>Where the scale is not learned the image comes at its size already, and lies in the middle.
 */
final class ScaledPrompt implements InputPrompt, Trainable, Capturable {
  private static final String DELTA = "delta";
  private static final String SCALE = "scale";

  private final ImageSize picture;
  private final Scaling rows;
  private final Scaling columns;
  private final boolean learnScale;
  private final Values values;
  private final StateTensors tensors;
  private final KeptTensor fixed; // [1] one: the scale of an image that has its size already
  private final KeptTensor mean;
  private final KeptTensor std;

  /**
   * Makes a prompt.
   *
   * @param picture size of the images, pixels, at most the input's
   * @param scale that they start with
   * @param learnScale whether that is learned; else images have their size already
   * @param values what the frame is made of
   * @param context the surroundings
   */
  ScaledPrompt(
      ImageSize picture,
      double scale,
      boolean learnScale,
      Values values,
      InputPromptContext context) {
    ImageSize input = context.inputSize();
    this.picture = picture;
    this.rows = new Scaling(input.height(), picture.height());
    this.columns = new Scaling(input.width(), picture.width());
    this.learnScale = learnScale;
    this.values = values;
    this.tensors = new StateTensors(context.device());
    // normalised images are zero around their border, normalised pixels are not
    ImageSize normalised = values == Values.PIXELS ? input : picture;
    try (PointerScope scope = new PointerScope()) {
      tensors.learn(DELTA, torch.zeros(3, input.height(), input.width()));
      if (learnScale) {
        tensors.learn(SCALE, Tensor.create(new float[] {(float) scale}));
      }
      this.fixed =
          new KeptTensor(Tensor.create(new float[] {1}).to(context.device(), ScalarType.Float));
      this.mean =
          new KeptTensor(
              ChannelConstants.image(
                  context.normalization().mean(),
                  normalised.height(),
                  normalised.width(),
                  context.device()));
      this.std =
          new KeptTensor(
              ChannelConstants.image(
                  context.normalization().std(),
                  normalised.height(),
                  normalised.width(),
                  context.device()));
    }
  }

  @Override
  public ImagePreparation preparation(Split split) {
    return ImagePreparation.stretched(picture);
  }

  @Override
  public NetworkInput forward(Tensor images, Purpose purpose) {
    PromptSize.require(picture, images);
    Tensor frame = frame();
    Tensor delta = tensors.get(DELTA).unsqueeze(0);
    Tensor result =
        values == Values.PIXELS
            ? normalised(placed(images).add(frame.mul(delta.sigmoid())))
            : placed(normalised(images)).add(frame.mul(delta));
    return new NetworkInput.Whole(result.contiguous(MemoryFormat.ChannelsLast));
  }

  private Tensor normalised(Tensor x) {
    return x.sub(mean.get()).div(std.get());
  }

  private Tensor scale() {
    return learnScale ? tensors.get(SCALE) : fixed.get();
  }

  /** Returns images on the canvas, scaled: {@code [N,3,H,W]}. */
  Tensor placed(Tensor images) {
    if (!learnScale) {
      long[] pads = {
        columns.before(),
        columns.canvas() - columns.image() - columns.before(),
        rows.before(),
        rows.canvas() - rows.image() - rows.before()
      };
      return torch.constant_pad_nd(images, pads, new Scalar(0));
    }
    Tensor wide = images.matmul(columns.weights(scale()).t());
    return rows.weights(scale()).matmul(wide);
  }

  /** Returns where the frame shows: {@code [H,W]} float32 of 0 and 1. */
  Tensor frame() {
    Tensor scale = scale();
    Tensor covered = rows.covered(scale).unsqueeze(1).logical_and(columns.covered(scale));
    return covered.logical_not().to(ScalarType.Float);
  }

  @Override
  public List<ParameterGroup> parameters() {
    return List.of(ParameterGroup.of(tensors.learned().toArray(Tensor[]::new)));
  }

  @Override
  public void stepped() {
    if (learnScale) {
      tensors
          .get(SCALE)
          .clamp_(
              new ScalarOptional(new Scalar(ScaledOptions.SMALLEST)),
              new ScalarOptional(new Scalar(ScaledOptions.LARGEST)));
    }
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
    fixed.close();
    mean.close();
    std.close();
  }
}
