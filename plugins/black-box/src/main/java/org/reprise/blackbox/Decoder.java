package org.reprise.blackbox;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.reprise.support.StateTensors;

/**
 * Makes a picture 32 times as large as the maps that it starts from: five transposed convolutions
 * of 2x2, stride 2, the first four of them by channel, each followed by a pointwise one, batch norm
 * and gelu. Parameters have the names that the published code gives them, and start as torch's
 * {@code ConvTranspose2d} and {@code BatchNorm2d} do.
 */
final class Decoder {
  /** How much larger the picture is, on each axis. */
  static final int GROWTH = 32;

  private static final int[][] BLOCKS = {{64, 64}, {64, 32}, {32, 32}, {32, 16}}; // up, pointwise
  private static final long[] NONE = {0, 0};
  private static final double MOMENTUM = 0.1;
  private static final double EPSILON = 1e-5;

  private final StateTensors tensors;
  private final int firstGroups;

  /**
   * Makes a decoder that has learned nothing.
   *
   * @param tensors get its parameters and running statistics
   * @param channels of the maps that it starts from
   * @param firstGroups groups of its first layer
   * @param random draws the first weights; used in the caller's scope
   */
  Decoder(StateTensors tensors, int channels, int firstGroups, Generator random) {
    this.tensors = tensors;
    this.firstGroups = firstGroups;
    int in = channels;
    for (int block = 0; block < BLOCKS.length; block++) {
      int up = BLOCKS[block][0];
      int out = BLOCKS[block][1];
      layer(4 * block, true, random, in, up / groups(block), 2);
      layer(4 * block + 1, false, random, up, out, 1);
      String norm = name(4 * block + 2);
      tensors.learn(norm + ".weight", torch.ones(out));
      tensors.learn(norm + ".bias", torch.zeros(out));
      tensors.keep(norm + ".running_mean", torch.zeros(out));
      tensors.keep(norm + ".running_var", torch.ones(out));
      in = out;
    }
    layer(4 * BLOCKS.length, false, random, in, 3, 2);
  }

  private int groups(int block) {
    return block == 0 ? firstGroups : BLOCKS[block][0];
  }

  private static String name(int index) {
    return "body." + index;
  }

  private void layer(
      int index, boolean bias, Generator random, long in, long outOfGroup, long kernel) {
    double bound = 1 / Math.sqrt((double) outOfGroup * kernel * kernel);
    tensors.learn(name(index) + ".weight", uniform(bound, random, in, outOfGroup, kernel, kernel));
    if (bias) {
      tensors.learn(name(index) + ".bias", uniform(bound, random, BLOCKS[index / 4][0]));
    }
  }

  private static Tensor uniform(double bound, Generator random, long... shape) {
    return torch.empty(shape).uniform_(-bound, bound, new GeneratorOptional(random));
  }

  /**
   * Makes pictures.
   *
   * @param maps {@code [N,channels,h,w]}
   * @param training whether batch norm goes by the batch, which then goes into the running
   *     statistics, or by these
   * @return {@code [N,3,32h,32w]}
   */
  Tensor pictures(Tensor maps, boolean training) {
    Tensor x = maps;
    for (int block = 0; block < BLOCKS.length; block++) {
      x = transposed(x, 4 * block, true, 2, groups(block));
      x = transposed(x, 4 * block + 1, false, 1, 1);
      x = torch.gelu(normalized(x, name(4 * block + 2), training));
    }
    return transposed(x, 4 * BLOCKS.length, false, 2, 1);
  }

  private Tensor transposed(Tensor x, int index, boolean bias, long stride, long groups) {
    return torch.conv_transpose2d(
        x,
        tensors.get(name(index) + ".weight"),
        bias ? option(name(index) + ".bias") : new TensorOptional(),
        new long[] {stride, stride},
        NONE,
        NONE,
        groups,
        1,
        1);
  }

  private Tensor normalized(Tensor x, String name, boolean training) {
    return torch.batch_norm(
        x,
        option(name + ".weight"),
        option(name + ".bias"),
        option(name + ".running_mean"),
        option(name + ".running_var"),
        training,
        MOMENTUM,
        EPSILON,
        true);
  }

  private TensorOptional option(String name) {
    return new TensorOptional(tensors.get(name));
  }
}
