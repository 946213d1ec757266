package org.reprise.backbones.torchvision;

import java.util.List;
import java.util.Optional;
import org.reprise.networks.Activation;
import org.reprise.networks.Operation.Add;
import org.reprise.networks.Operation.Convolution;
import org.reprise.networks.Operation.MaxPool;
import org.reprise.networks.OperationList;
import org.reprise.networks.Padding;

/**
 * ResNet (He et al. 2015), ResNeXt (Xie et al. 2016) and Wide ResNet (Zagoruyko and Komodakis 2016)
 * as torchvision has them: the stride of a bottleneck is on its 3x3 convolution.
 */
final class ResNets {
  private static final int[] STAGE_CHANNELS = {64, 128, 256, 512};

  private final OperationList.Builder list = new OperationList.Builder();
  private int channels = 64;

  private ResNets() {}

  /** Two 3x3 convolutions a block. */
  static OperationList basic(List<Integer> blocks, int sourceLabels) {
    ResNets net = new ResNets();
    int x = net.stem();
    for (int stage = 0; stage < 4; stage++) {
      for (int block = 0; block < blocks.get(stage); block++) {
        x = net.basicBlock(x, block(stage, block), STAGE_CHANNELS[stage], stride(stage, block));
      }
    }
    net.list.head(x, "fc", net.channels, sourceLabels);
    return net.list.build();
  }

  /** 1x1, 3x3 in groups, 1x1 to four times the channels a block. */
  static OperationList bottleneck(
      List<Integer> blocks, int groups, int widthPerGroup, int sourceLabels) {
    ResNets net = new ResNets();
    int x = net.stem();
    for (int stage = 0; stage < 4; stage++) {
      int width = STAGE_CHANNELS[stage] * widthPerGroup / 64 * groups;
      for (int block = 0; block < blocks.get(stage); block++) {
        x =
            net.bottleneckBlock(
                x,
                block(stage, block),
                width,
                STAGE_CHANNELS[stage] * 4,
                groups,
                stride(stage, block));
      }
    }
    net.list.head(x, "fc", net.channels, sourceLabels);
    return net.list.build();
  }

  private static String block(int stage, int block) {
    return "layer" + (stage + 1) + "." + block + ".";
  }

  private static int stride(int stage, int block) {
    return stage > 0 && block == 0 ? 2 : 1;
  }

  private int stem() {
    int x = convolution(0, "conv1", "bn1", 3, 64, 7, 2, 1, Activation.RELU);
    return list.append(new MaxPool(x, 3, 2, 1));
  }

  private int basicBlock(int x, String prefix, int out, int stride) {
    int shortcut = shortcut(x, prefix, out, stride);
    int y =
        convolution(
            x, prefix + "conv1", prefix + "bn1", channels, out, 3, stride, 1, Activation.RELU);
    y = convolution(y, prefix + "conv2", prefix + "bn2", out, out, 3, 1, 1, Activation.NONE);
    channels = out;
    return list.append(new Add(y, shortcut, Activation.RELU));
  }

  private int bottleneckBlock(int x, String prefix, int width, int out, int groups, int stride) {
    int shortcut = shortcut(x, prefix, out, stride);
    int y =
        convolution(x, prefix + "conv1", prefix + "bn1", channels, width, 1, 1, 1, Activation.RELU);
    y =
        convolution(
            y, prefix + "conv2", prefix + "bn2", width, width, 3, stride, groups, Activation.RELU);
    y = convolution(y, prefix + "conv3", prefix + "bn3", width, out, 1, 1, 1, Activation.NONE);
    channels = out;
    return list.append(new Add(y, shortcut, Activation.RELU));
  }

  private int shortcut(int x, String prefix, int out, int stride) {
    if (stride == 1 && channels == out) {
      return x;
    }
    String name = prefix + "downsample.";
    return convolution(x, name + "0", name + "1", channels, out, 1, stride, 1, Activation.NONE);
  }

  private int convolution(
      int x,
      String name,
      String norm,
      int in,
      int out,
      int kernel,
      int stride,
      int groups,
      Activation activation) {
    return list.append(
        new Convolution(
            x,
            name,
            Optional.of(norm),
            in,
            out,
            kernel,
            stride,
            Padding.all(kernel / 2),
            groups,
            activation));
  }
}
