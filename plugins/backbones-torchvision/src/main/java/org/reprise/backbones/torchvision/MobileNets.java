package org.reprise.backbones.torchvision;

import java.util.Optional;
import org.reprise.networks.Activation;
import org.reprise.networks.Operation.Add;
import org.reprise.networks.Operation.Convolution;
import org.reprise.networks.Operation.ScaleAndShift;
import org.reprise.networks.OperationList;
import org.reprise.networks.Padding;

/**
 * MobileNetV2 of width 1 (Sandler et al. 2018): torchvision's, and the one that TensorFlow
 * publishes.
 */
final class MobileNets {
  // expansion, channels, blocks, stride of the first block
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private final OperationList.Builder list = new OperationList.Builder();
  private final boolean tensorFlow;

  private MobileNets(boolean tensorFlow) {
    this.tensorFlow = tensorFlow;
  }

  /** With batch-norms, padding on all sides. */
  static OperationList torchvision(int sourceLabels) {
    return new MobileNets(false).write(sourceLabels);
  }

  /**
   * TensorFlow's: no batch-norms, a bias in every convolution, strided convolutions pad right and
   * bottom only, and the input is first brought to the range the network was trained for.
   */
  static OperationList tensorFlow(int sourceLabels) {
    return new MobileNets(true).write(sourceLabels);
  }

  private OperationList write(int sourceLabels) {
    int x = 0;
    if (tensorFlow) {
      x = list.append(new ScaleAndShift(x, "input_scale", "input_shift", 3));
    }
    x = convolution(x, "features.0.", "0", "1", 3, 32, 3, 2, 1, Activation.RELU6);
    int channels = 32;
    int number = 1;
    for (int[] stage : STAGES) {
      for (int block = 0; block < stage[2]; block++) {
        x = block(x, number, channels, stage[1], stage[0], block == 0 ? stage[3] : 1);
        channels = stage[1];
        number++;
      }
    }
    x = convolution(x, "features.18.", "0", "1", channels, 1280, 1, 1, 1, Activation.RELU6);
    list.head(x, "classifier.1", 1280, sourceLabels);
    return list.build();
  }

  private int block(int x, int number, int in, int out, int expansion, int stride) {
    String prefix = "features." + number + ".conv.";
    int hidden = in * expansion;
    int y = x;
    int position = 0;
    if (expansion > 1) {
      y = convolution(y, prefix + "0.", "0", "1", in, hidden, 1, 1, 1, Activation.RELU6);
      position = 1;
    }
    y =
        convolution(
            y,
            prefix + position + ".",
            "0",
            "1",
            hidden,
            hidden,
            3,
            stride,
            hidden,
            Activation.RELU6);
    y =
        convolution(
            y,
            prefix,
            String.valueOf(position + 1),
            String.valueOf(position + 2),
            hidden,
            out,
            1,
            1,
            1,
            Activation.NONE);
    return stride == 1 && in == out ? list.append(new Add(y, x, Activation.NONE)) : y;
  }

  private int convolution(
      int x,
      String prefix,
      String name,
      String norm,
      int in,
      int out,
      int kernel,
      int stride,
      int groups,
      Activation activation) {
    Padding padding =
        tensorFlow && stride == 2 ? Padding.rightAndBottom(1) : Padding.all(kernel / 2);
    return list.append(
        new Convolution(
            x,
            prefix + name,
            tensorFlow ? Optional.empty() : Optional.of(prefix + norm),
            in,
            out,
            kernel,
            stride,
            padding,
            groups,
            activation));
  }
}
