package org.reprise.networks;

import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Made-up networks with every kind of operation, and weights for any network. */
final class RandomNetworks {
  private final RandomGenerator random;
  private final OperationList.Builder list = new OperationList.Builder();
  private int channels = 3;
  private int made;
  private int halvings;

  private RandomNetworks(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Draws a list.
   *
   * @param random decides
   * @return five to ten blocks, a mean and a product with 7 results
   */
  static OperationList draw(RandomGenerator random) {
    RandomNetworks net = new RandomNetworks(random);
    int x = 0;
    if (random.nextInt(3) == 0) {
      x = net.list.append(new Operation.ScaleAndShift(x, "scale", "shift", 3));
    }
    x = net.convolution(x, 8, 1 + random.nextInt(7), net.stride(), 1);
    int blocks = 5 + random.nextInt(6);
    for (int i = 0; i < blocks; i++) {
      x = net.block(x);
    }
    net.list.head(x, "head", net.channels, 7);
    return net.list.build();
  }

  private int block(int x) {
    int stride = stride();
    return switch (random.nextInt(5)) {
      case 0 -> list.append(new Operation.MaxPool(x, 3, stride, 1));
      case 1 -> stride == 2 ? halved(x) : depthwise(x, 1);
      case 2 -> depthwise(x, stride);
      default -> stride == 2 && random.nextInt(3) == 0 ? subsampled(x) : residual(x, stride);
    };
  }

  // three times at most, so that maps of 48 pixels do not vanish
  private int stride() {
    if (halvings == 3 || random.nextInt(3) > 0) {
      return 1;
    }
    halvings++;
    return 2;
  }

  private int halved(int x) {
    return random.nextBoolean()
        ? list.append(new Operation.MaxPool(x, 2, 2, 0))
        : list.append(new Operation.AveragePool(x, 2));
  }

  private int residual(int x, int stride) {
    int before = channels;
    int out = stride == 1 ? channels : 8 + 4 * random.nextInt(3);
    int y = convolution(x, out, 1 + 2 * random.nextInt(2), 1, 1);
    y = convolution(y, out, 3, stride, random.nextBoolean() ? 2 : 1);
    int shortcut = x;
    if (stride > 1) {
      channels = before;
      shortcut = convolution(x, out, 1, stride, 1);
    }
    return random.nextBoolean()
        ? list.append(new Operation.Add(y, shortcut, Activation.RELU))
        : list.append(new Operation.Add(shortcut, y, Activation.NONE));
  }

  private int depthwise(int x, int stride) {
    return convolution(x, channels, 3, stride, channels);
  }

  private int subsampled(int x) {
    int before = channels;
    int shortcut = list.append(new Operation.Subsample(x, 2, 2, 2));
    int y = convolution(x, before + 4, 3, 2, 1);
    return list.append(new Operation.Add(y, shortcut, Activation.RELU));
  }

  // padding keeps the maps of odd kernels as they are, but not always the same on all sides
  private int convolution(int x, int out, int kernel, int stride, int groups) {
    Padding padding = Padding.all(kernel / 2);
    if (kernel == 3 && random.nextInt(3) == 0) {
      padding = random.nextBoolean() ? new Padding(2, 0, 0, 2) : new Padding(0, 2, 1, 1);
    }
    Activation[] activations = Activation.values();
    int result =
        list.append(
            new Operation.Convolution(
                x,
                "c" + made,
                random.nextBoolean() ? Optional.of("n" + made) : Optional.empty(),
                channels,
                out,
                kernel,
                stride,
                padding,
                groups,
                activations[random.nextInt(activations.length)]));
    made++;
    channels = out;
    return result;
  }

  /**
   * Makes weights of any network in float64, none of them zero.
   *
   * @param seed weights of one name and shape are the same for one seed
   */
  static Weights weights(long seed) {
    return new Weights() {
      @Override
      public Tensor tensor(Parameter parameter) {
        long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
        int elements = (int) LongStream.of(shape).reduce(1, Math::multiplyExact);
        boolean variance = parameter.name().endsWith("running_var");
        double gain = shape.length < 2 ? 0.4 : Math.sqrt(6.0 * shape[0] / elements);
        double[] values =
            new Random(31 * seed + parameter.name().hashCode())
                .doubles(elements)
                .map(uniform -> variance ? 0.5 + uniform : gain * (2 * uniform - 1))
                .toArray();
        return Tensor.create(values, shape);
      }

      @Override
      public DeviceType deviceType() {
        return DeviceType.CPU;
      }
    };
  }

  /**
   * Makes the same weights in float32.
   *
   * @param seed as for {@link #weights}
   */
  static Weights singles(long seed) {
    Weights doubles = weights(seed);
    return new Weights() {
      @Override
      public Tensor tensor(Parameter parameter) {
        return doubles.tensor(parameter).to(ScalarType.Float);
      }

      @Override
      public DeviceType deviceType() {
        return DeviceType.CPU;
      }
    };
  }
}
