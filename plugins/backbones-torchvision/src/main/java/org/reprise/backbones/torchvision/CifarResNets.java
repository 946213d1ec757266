package org.reprise.backbones.torchvision;

import java.util.Optional;
import org.reprise.networks.Activation;
import org.reprise.networks.Operation.Add;
import org.reprise.networks.Operation.Convolution;
import org.reprise.networks.Operation.Subsample;
import org.reprise.networks.OperationList;
import org.reprise.networks.Padding;

/**
 * ResNet-20, -32, -44 and -56 for 32x32 images (He et al. 2015, section 4.2) with shortcuts without
 * parameters (option A), in the names of the weights that akamaster/pytorch_resnet_cifar10
 * publishes.
 */
final class CifarResNets {
  private CifarResNets() {}

  /**
   * Writes the list.
   *
   * @param blocks of each of the three stages; the depth is {@code 6 * blocks + 2}
   * @param sourceLabels logits
   */
  static OperationList of(int blocks, int sourceLabels) {
    OperationList.Builder list = new OperationList.Builder();
    int x = list.append(convolution(0, "", 1, 3, 16, 1, Activation.RELU));
    int channels = 16;
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 0; block < blocks; block++) {
        boolean shrinks = stage > 1 && block == 0;
        int out = shrinks ? 2 * channels : channels;
        int shortcut = shrinks ? list.append(new Subsample(x, 2, channels / 2, channels / 2)) : x;
        String prefix = "layer" + stage + "." + block + ".";
        int stride = shrinks ? 2 : 1;
        int y = list.append(convolution(x, prefix, 1, channels, out, stride, Activation.RELU));
        y = list.append(convolution(y, prefix, 2, out, out, 1, Activation.NONE));
        x = list.append(new Add(y, shortcut, Activation.RELU));
        channels = out;
      }
    }
    list.head(x, "linear", channels, sourceLabels);
    return list.build();
  }

  private static Convolution convolution(
      int x, String prefix, int number, int in, int out, int stride, Activation activation) {
    return new Convolution(
        x,
        prefix + "conv" + number,
        Optional.of(prefix + "bn" + number),
        in,
        out,
        3,
        stride,
        Padding.all(1),
        1,
        activation);
  }
}
