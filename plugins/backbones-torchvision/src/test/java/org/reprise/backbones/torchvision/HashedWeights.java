package org.reprise.backbones.torchvision;

import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.networks.Parameter;
import org.reprise.networks.Weights;

/**
 * Weights from an integer hash of name and index, the same that scripts/make-backbone-fixtures.py
 * (which documents it) gives to torchvision's networks.
 */
final class HashedWeights implements Weights {

  @Override
  public Tensor tensor(Parameter parameter) {
    String name = parameter.name();
    long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
    long elements = parameter.shape().stream().reduce(1L, Math::multiplyExact);
    if (name.endsWith("running_var")) {
      return make(name, 1, 0.5, shape);
    }
    if (name.endsWith("weight") && shape.length == 1) {
      return make(name, 0.75, 0.25, shape);
    }
    if (name.endsWith("weight") && shape.length > 1) {
      long perRow = elements / shape[0];
      double gain = shape.length == 4 ? 6 : 3;
      return make(name, 0, Math.sqrt(gain / perRow), shape);
    }
    return make(name, 0, 0.2, shape);
  }

  @Override
  public DeviceType deviceType() {
    return DeviceType.CPU;
  }

  /** Returns {@code offset + factor * u(name, i)}, u in [-1, 1), as float32. */
  static Tensor make(String name, double offset, double factor, long... shape) {
    Tensor tensor =
        torch.empty(shape, new TensorOptions(ScalarType.Float), new MemoryFormatOptional());
    FloatPointer memory = new FloatPointer(tensor.data_ptr());
    long seed = seed(name);
    float[] chunk = new float[1 << 16];
    for (long at = 0; at < tensor.numel(); at += chunk.length) {
      int count = (int) Math.min(chunk.length, tensor.numel() - at);
      for (int i = 0; i < count; i++) {
        chunk[i] = (float) (offset + factor * uniform(seed, at + i));
      }
      memory.position(at).put(chunk, 0, count);
    }
    return tensor;
  }

  private static double uniform(long seed, long index) {
    long z = seed + (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = z ^ (z >>> 31);
    return (z >>> 40) / 8388608.0 - 1;
  }

  private static long seed(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }
}
