package org.reprise.quickstart;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * One 3x3 convolution of the network with what follows it.
 *
 * @param name prefix of its tensors' names
 * @param inputs input channels
 * @param outputs output channels
 * @param stride 1, or 2 to halve height and width
 * @param pooled whether a 2x2 maximum follows the rectifier
 */
record Convolution(String name, int inputs, int outputs, int stride, boolean pooled) {

  /** The network: 3x48x48, 24x24x24, 48x12x12, 64x12x12, 96x6x6, 128x6x6; then mean and head. */
  static final List<Convolution> NETWORK =
      List.of(
          new Convolution("conv1", 3, 24, 2, false),
          new Convolution("conv2", 24, 48, 1, true),
          new Convolution("conv3", 48, 64, 1, false),
          new Convolution("conv4", 64, 96, 2, false),
          new Convolution("conv5", 96, 128, 1, false));

  /** D, the length of the feature vector. */
  static final int FEATURES = NETWORK.get(NETWORK.size() - 1).outputs();

  /** Name of the head's matrix, [D,KS]. */
  static final String HEAD = "head.weight";

  /** Height and width of the network input, pixels. */
  static final int INPUT_SIDE = 48;

  private static final long[] ONE = {1, 1};

  String weightName() {
    return name + ".weight";
  }

  String biasName() {
    return name + ".bias";
  }

  long[] weightShape() {
    return new long[] {outputs, inputs, 3, 3};
  }

  /**
   * Convolves.
   *
   * @param x [N,inputs,h,w] float32
   * @param weight [outputs,inputs,3,3]
   * @param bias [outputs], or empty
   * @return [N,outputs,h/stride,w/stride]
   */
  Tensor apply(Tensor x, Tensor weight, TensorOptional bias) {
    return torch.conv2d(x, weight, bias, new long[] {stride, stride}, ONE, ONE, 1);
  }

  /**
   * Rectifies, and pools where this step does.
   *
   * @param x what {@link #apply} returned, normalised or not; may be overwritten
   * @return [N,outputs,h',w']
   */
  Tensor activate(Tensor x) {
    Tensor active = torch.relu_(x);
    return pooled ? torch.max_pool2d(active, 2, 2) : active;
  }

  /**
   * Reduces the last feature map.
   *
   * @param x [N,D,h,w]
   * @return [N,D], the means over the pixels
   */
  static Tensor pool(Tensor x) {
    return x.mean(2, 3);
  }
}
