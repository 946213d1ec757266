package org.reprise.backbones.clip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.reprise.backbones.clip.Layers.Attention;
import org.reprise.backbones.clip.Layers.Linear;

/**
 * The image tower of RN50: a ResNet with three convolutions at its stem, average pooling instead of
 * strides, and attention from the mean over all places as its last pooling.
 */
final class ResidualTower implements ImageTower {
  private static final double EPSILON = 1e-5;

  /** A convolution without bias and the batch-norm behind it; frozen, they are one convolution. */
  private record Convolution(
      Tensor weight, Optional<Tensor> foldedBias, List<Tensor> norm, long stride) {

    static Convolution take(
        Parameters parameters,
        String conv,
        String norm,
        long out,
        long in,
        long kernel,
        long stride,
        boolean plain) {
      Tensor weight = parameters.take(conv + ".weight", out, in, kernel, kernel);
      Tensor gamma = parameters.take(norm + ".weight", out);
      Tensor beta = parameters.take(norm + ".bias", out);
      Tensor mean = parameters.take(norm + ".running_mean", out);
      Tensor variance = parameters.take(norm + ".running_var", out);
      try (PointerScope scope = new PointerScope()) {
        // channels-last in both forms: besides being faster, the contiguous one has wrong input
        // gradients for 3x3 convolutions of fewer than 16 channels (oneDNN in libtorch 2.10)
        if (plain) {
          return new Convolution(
              parameters.keep(weight.contiguous(MemoryFormat.ChannelsLast)),
              Optional.empty(),
              List.of(gamma, beta, mean, variance),
              stride);
        }
        Tensor scale = gamma.div(variance.add(new Scalar(EPSILON)).sqrt());
        return new Convolution(
            parameters.keep(
                weight.mul(scale.reshape(-1, 1, 1, 1)).contiguous(MemoryFormat.ChannelsLast)),
            Optional.of(parameters.keep(beta.sub(mean.mul(scale)))),
            List.of(),
            stride);
      }
    }

    Tensor apply(Tensor x) {
      long padding = weight.size(2) / 2;
      Tensor y =
          torch.conv2d(
              x,
              weight,
              foldedBias.map(TensorOptional::new).orElseGet(TensorOptional::new),
              new long[] {stride, stride},
              new long[] {padding, padding},
              new long[] {1, 1},
              1);
      return norm.isEmpty()
          ? y
          : torch.batch_norm(
              y,
              new TensorOptional(norm.get(0)),
              new TensorOptional(norm.get(1)),
              new TensorOptional(norm.get(2)),
              new TensorOptional(norm.get(3)),
              false,
              0.0,
              EPSILON,
              false);
    }
  }

  private record Bottleneck(
      Convolution first,
      Convolution second,
      Convolution third,
      Optional<Convolution> shortcut,
      boolean halved) {

    Tensor apply(Tensor x) {
      Tensor y = second.apply(first.apply(x).relu()).relu();
      y = third.apply(halved ? half(y) : y);
      Tensor kept = shortcut.isEmpty() ? x : shortcut.get().apply(halved ? half(x) : x);
      return y.add(kept).relu();
    }
  }

  private final List<Convolution> stem = new ArrayList<>();
  private final List<Bottleneck> blocks = new ArrayList<>();
  private final Attention attention;
  private final boolean plain;
  private final Tensor positions;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;

  ResidualTower(Parameters parameters, ClipSizes.Vision sizes, long embedding, boolean plain) {
    this.plain = plain;
    long width = sizes.width();
    long[] stemWidths = {3, width / 2, width / 2, width};
    for (int i = 1; i <= 3; i++) {
      stem.add(
          Convolution.take(
              parameters,
              "visual.conv" + i,
              "visual.bn" + i,
              stemWidths[i],
              stemWidths[i - 1],
              3,
              i == 1 ? 2 : 1,
              plain));
    }
    long channels = width;
    for (int stage = 0; stage < sizes.blocks().size(); stage++) {
      long planes = width << stage;
      for (int i = 0; i < sizes.blocks().get(stage); i++) {
        String name = "visual.layer" + (stage + 1) + "." + i;
        blocks.add(block(parameters, name, channels, planes, i == 0, stage > 0 && i == 0));
        channels = 4 * planes;
      }
    }
    attention = new Attention(sizes.heads(), false, plain);
    String pool = "visual.attnpool.";
    long grid = sizes.imageSize() / ClipSizes.Vision.RESIDUAL_STRIDE;
    positions = parameters.take(pool + "positional_embedding", grid * grid + 1, channels);
    query = Linear.take(parameters, pool + "q_proj", channels, channels);
    key = Linear.take(parameters, pool + "k_proj", channels, channels);
    value = Linear.take(parameters, pool + "v_proj", channels, channels);
    out = Linear.take(parameters, pool + "c_proj", embedding, channels);
  }

  private Bottleneck block(
      Parameters parameters,
      String name,
      long channels,
      long planes,
      boolean shortcut,
      boolean halved) {
    return new Bottleneck(
        Convolution.take(parameters, name + ".conv1", name + ".bn1", planes, channels, 1, 1, plain),
        Convolution.take(parameters, name + ".conv2", name + ".bn2", planes, planes, 3, 1, plain),
        Convolution.take(
            parameters, name + ".conv3", name + ".bn3", 4 * planes, planes, 1, 1, plain),
        shortcut
            ? Optional.of(
                Convolution.take(
                    parameters,
                    name + ".downsample.0",
                    name + ".downsample.1",
                    4 * planes,
                    channels,
                    1,
                    1,
                    plain))
            : Optional.empty(),
        halved);
  }

  private static Tensor half(Tensor x) {
    return torch.avg_pool2d(x, 2, 2);
  }

  @Override
  public Tensor encode(Tensor images) {
    Tensor x = images;
    for (Convolution convolution : stem) {
      x = convolution.apply(x).relu();
    }
    x = half(x);
    for (Bottleneck block : blocks) {
      x = block.apply(x);
    }
    Tensor places = x.flatten(2, -1).transpose(1, 2);
    Tensor mean = places.mean(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
    Tensor all = torch.cat(new TensorVector(mean, places), 1).add(positions);
    // only the answer to the mean is read, so the frozen form asks for nothing else
    Tensor asking = plain ? all : all.narrow(1, 0, 1);
    return out.apply(attention.apply(query.apply(asking), key.apply(all), value.apply(all)))
        .select(1, 0);
  }
}
