package org.reprise.backbones.clip;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Pass;
import org.reprise.networks.Activation;
import org.reprise.networks.NetworkPass;
import org.reprise.networks.Operation.Add;
import org.reprise.networks.Operation.AttentionPool;
import org.reprise.networks.Operation.AveragePool;
import org.reprise.networks.Operation.Convolution;
import org.reprise.networks.OperationList;
import org.reprise.networks.OperationListNetwork;
import org.reprise.networks.Padding;
import org.reprise.networks.Parameter;
import org.reprise.networks.Weights;

/**
 * The image tower of RN50: a ResNet with three convolutions at its stem, average pooling instead of
 * strides, and attention from the mean over all places as its last pooling.
 *
 * @param network what the tower's {@link Parameters} hold
 */
record ResidualTower(OperationListNetwork network) implements ImageTower {

  /**
   * Makes the tower.
   *
   * @param parameters to take its weights from; they own the network
   * @param sizes of the tower
   * @param embedding D
   * @param plain batch-norm and attention written out, instead of the frozen form
   * @throws ArithmeticException if the sizes are too large for any network
   */
  static ResidualTower take(
      Parameters parameters, ClipSizes.Vision sizes, long embedding, boolean plain) {
    // channels-last in both forms: besides being faster, the contiguous one has wrong input
    // gradients for 3x3 convolutions of fewer than 16 channels (oneDNN in libtorch 2.10)
    return new ResidualTower(
        parameters.keep(
            OperationListNetwork.of(
                list(sizes, embedding), new Taken(parameters), plain, MemoryFormat.ChannelsLast)));
  }

  /**
   * Writes the tower's operations.
   *
   * @param sizes of the tower
   * @param embedding D
   * @throws ArithmeticException if the sizes are too large for any network
   */
  static OperationList list(ClipSizes.Vision sizes, long embedding) {
    return new Writer().write(sizes, Math.toIntExact(embedding));
  }

  @Override
  public Tensor encode(Tensor images) {
    return network.forward(images);
  }

  @Override
  public Pass pass(boolean promptFixed) {
    return new NetworkPass(network, promptFixed);
  }

  @Override
  public BorderSaving borderSaving(Framing framing) {
    return network.borderSaving(framing);
  }

  @Override
  public Optional<String> computedBy() {
    return network.computedBy();
  }

  private record Taken(Parameters parameters) implements Weights {
    @Override
    public Tensor tensor(Parameter parameter) {
      return parameters.take(
          parameter.name(), parameter.shape().stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public DeviceType deviceType() {
      return parameters.deviceType();
    }
  }

  /** Writes the list of operations. */
  private static final class Writer {
    private final OperationList.Builder list = new OperationList.Builder();

    OperationList write(ClipSizes.Vision sizes, int embedding) {
      int width = Math.toIntExact(sizes.width());
      int x = convolution(0, "conv1", "bn1", 3, width / 2, 3, 2, Activation.RELU);
      x = convolution(x, "conv2", "bn2", width / 2, width / 2, 3, 1, Activation.RELU);
      x = convolution(x, "conv3", "bn3", width / 2, width, 3, 1, Activation.RELU);
      x = half(x);
      int channels = width;
      for (int stage = 0; stage < sizes.blocks().size(); stage++) {
        int planes = Math.multiplyExact(width, 1 << stage);
        for (int block = 0; block < sizes.blocks().get(stage); block++) {
          String prefix = "layer" + (stage + 1) + "." + block + ".";
          x = block(x, prefix, channels, planes, block == 0, stage > 0 && block == 0);
          channels = Math.multiplyExact(4, planes);
        }
      }
      int grid = Math.toIntExact(sizes.imageSize() / ClipSizes.Vision.RESIDUAL_STRIDE);
      list.append(
          new AttentionPool(
              x,
              "visual.attnpool",
              channels,
              Math.multiplyExact(grid, grid),
              Math.toIntExact(sizes.heads()),
              embedding));
      return list.build();
    }

    private int block(
        int x, String prefix, int channels, int planes, boolean shortcut, boolean halved) {
      int out = Math.multiplyExact(4, planes);
      int y =
          convolution(x, prefix + "conv1", prefix + "bn1", channels, planes, 1, 1, Activation.RELU);
      y = convolution(y, prefix + "conv2", prefix + "bn2", planes, planes, 3, 1, Activation.RELU);
      y = halved ? half(y) : y;
      y = convolution(y, prefix + "conv3", prefix + "bn3", planes, out, 1, 1, Activation.NONE);
      int kept = x;
      if (shortcut) {
        String name = prefix + "downsample.";
        kept =
            convolution(
                halved ? half(x) : x, name + "0", name + "1", channels, out, 1, 1, Activation.NONE);
      }
      return list.append(new Add(y, kept, Activation.RELU));
    }

    private int half(int x) {
      return list.append(new AveragePool(x, 2));
    }

    private int convolution(
        int x,
        String name,
        String norm,
        int in,
        int out,
        int kernel,
        int stride,
        Activation activation) {
      return list.append(
          new Convolution(
              x,
              "visual." + name,
              Optional.of("visual." + norm),
              in,
              out,
              kernel,
              stride,
              Padding.all(kernel / 2),
              1,
              activation));
    }
  }
}
