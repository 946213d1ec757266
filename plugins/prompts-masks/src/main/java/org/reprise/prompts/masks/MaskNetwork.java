package org.reprise.prompts.masks;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.reprise.support.StateTensors;

/**
 * Makes masks of images: blocks of a 3x3 convolution, batch norm and relu, of which the first few
 * end with a 2x2 max pool; then a 3x3 convolution to three channels, or the mean over the channels.
 * Weights start as torch's {@code Conv2d} and {@code BatchNorm2d} do.
 */
final class MaskNetwork {
  private static final int[] WIDTHS = {3, 8, 16, 32, 64, 128};
  private static final String LAST = "conv6";
  private static final long[] ONE = {1, 1};
  private static final double MOMENTUM = 0.1;
  private static final double EPSILON = 1e-5;

  private final StateTensors tensors;
  private final String prefix;
  private final int blocks;
  private final int pools;
  private final boolean shared;

  /**
   * Makes a network that has learned nothing.
   *
   * @param tensors get its parameters and running statistics
   * @param prefix of their names
   * @param layers 5 or 6
   * @param patch side of the squares that one value of a mask stands for: 2 to the number of pools
   * @param channels 3, or 1 for one mask for all colours
   * @param random draws the first weights
   */
  MaskNetwork(
      StateTensors tensors, String prefix, int layers, int patch, int channels, Generator random) {
    this.tensors = tensors;
    this.prefix = prefix;
    this.blocks = layers - 1;
    this.pools = Integer.numberOfTrailingZeros(patch);
    this.shared = channels == 1;
    try (PointerScope scope = new PointerScope()) {
      for (int block = 1; block <= blocks; block++) {
        convolution("conv" + block, WIDTHS[block - 1], WIDTHS[block], random);
        batchNorm("bn" + block, WIDTHS[block]);
      }
      if (!shared) {
        convolution(LAST, WIDTHS[blocks], 3, random);
      }
      tensors.keep(prefix + "num_batches_tracked", Tensor.create(new long[] {0}));
    }
  }

  private void convolution(String name, long in, long out, Generator random) {
    double bound = 1 / Math.sqrt(in * 9.0);
    tensors.learn(prefix + name + ".weight", uniform(bound, random, out, in, 3, 3));
    tensors.learn(prefix + name + ".bias", uniform(bound, random, out));
  }

  private static Tensor uniform(double bound, Generator random, long... shape) {
    return torch.empty(shape).uniform_(-bound, bound, new GeneratorOptional(random));
  }

  private void batchNorm(String name, long width) {
    tensors.learn(prefix + name + ".weight", torch.ones(width));
    tensors.learn(prefix + name + ".bias", torch.zeros(width));
    tensors.keep(prefix + name + ".running_mean", torch.zeros(width));
    tensors.keep(prefix + name + ".running_var", torch.ones(width));
  }

  /**
   * Makes masks.
   *
   * @param x {@code [N,3,H,W]}, sides divisible by the patch
   * @param training whether batch norm goes by the batch, which then goes into the running
   *     statistics, or by these
   * @return {@code [N,3,H/p,W/p]}, or {@code [N,1,H/p,W/p]} for one mask for all colours; any real
   *     numbers
   */
  Tensor masks(Tensor x, boolean training) {
    Tensor maps = x;
    for (int block = 1; block <= blocks; block++) {
      maps = normalized(convolved(maps, "conv" + block), "bn" + block, training).relu();
      if (block <= pools) {
        maps = torch.max_pool2d(maps, 2, 2);
      }
    }
    if (training) {
      tensors.get(prefix + "num_batches_tracked").add_(new Scalar(1));
    }
    return shared
        ? maps.mean(new long[] {1}, true, new ScalarTypeOptional())
        : convolved(maps, LAST);
  }

  private Tensor convolved(Tensor x, String name) {
    return torch.conv2d(x, tensor(name + ".weight"), option(name + ".bias"), ONE, ONE, ONE, 1);
  }

  private Tensor normalized(Tensor x, String name, boolean training) {
    // the variance of a single value says nothing, and its unbiased form is infinite
    boolean byBatch = training && x.size(0) * x.size(2) * x.size(3) > 1;
    return torch.batch_norm(
        x,
        option(name + ".weight"),
        option(name + ".bias"),
        option(name + ".running_mean"),
        option(name + ".running_var"),
        byBatch,
        MOMENTUM,
        EPSILON,
        true);
  }

  private Tensor tensor(String name) {
    return tensors.get(prefix + name);
  }

  private TensorOptional option(String name) {
    return new TensorOptional(tensor(name));
  }
}
