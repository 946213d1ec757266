package org.reprise.quickstart;

import java.util.List;
import java.util.Optional;
import org.reprise.networks.Activation;
import org.reprise.networks.Operation.Convolution;
import org.reprise.networks.Operation.GlobalMean;
import org.reprise.networks.Operation.MaxPool;
import org.reprise.networks.OperationList;
import org.reprise.networks.Padding;

/** The network up to its features, and what it is used with. */
final class ShapeNetLayers {

  /** Height and width of the network input, pixels. */
  static final int INPUT_SIDE = 48;

  /** D, the length of the feature vector. */
  static final int FEATURES = 128;

  /** Name of the head's matrix, [D,KS]. */
  static final String HEAD = "head.weight";

  /** Maps of 3x48x48, 24x24x24, 48x12x12, 64x12x12, 96x6x6, 128x6x6; then their means, [N,D]. */
  static final OperationList LIST =
      new OperationList(
          List.of(
              convolution(0, 3, 24, 2),
              convolution(1, 24, 48, 1),
              new MaxPool(2, 2, 2, 0),
              convolution(3, 48, 64, 1),
              convolution(4, 64, 96, 2),
              convolution(5, 96, FEATURES, 1),
              new GlobalMean(6)));

  private ShapeNetLayers() {}

  // convolutions are numbered from 1, and the pooling is none
  private static Convolution convolution(int input, int in, int out, int stride) {
    int number = input < 2 ? input + 1 : input;
    return new Convolution(
        input,
        "conv" + number,
        Optional.empty(),
        in,
        out,
        3,
        stride,
        Padding.all(1),
        1,
        Activation.RELU);
  }
}
