package org.reprise.networks;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Weights that mean nothing, of sizes for which activations neither vanish nor overflow, from
 * libtorch's own generator: for measuring what does not depend on them.
 *
 * @param device where the network runs
 */
public record RandomWeights(Device device) implements Weights {

  @Override
  public Tensor tensor(Parameter parameter) {
    return Scoped.compute(() -> make(parameter).to(device, torch.ScalarType.Float));
  }

  private static Tensor make(Parameter parameter) {
    String name = parameter.name();
    long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
    if (shape.length > 1) {
      long perRow = parameter.shape().stream().skip(1).reduce(1L, Math::multiplyExact);
      return torch.randn(shape).mul(new Scalar(Math.sqrt(2.0 / perRow)));
    }
    // batch-norms that nearly leave their maps as they are
    Tensor near = torch.rand(shape).mul(new Scalar(0.2));
    return name.endsWith("running_var") || name.endsWith("weight")
        ? near.add(new Scalar(0.7))
        : near.sub(new Scalar(0.1));
  }

  @Override
  public DeviceType deviceType() {
    return device.type().intern(); // what a native call returns is not the constant itself
  }
}
