package org.reprise.weights;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a file says of a tensor, before it is read.
 *
 * @param name its name in the state dict
 * @param dtype element type as stored
 * @param shape dimensions; empty for a single number
 */
public record TensorInfo(String name, ScalarType dtype, List<Long> shape) {

  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  static TensorInfo of(String name, ScalarType dtype, long[] shape) {
    return new TensorInfo(name, dtype, Arrays.stream(shape).boxed().toList());
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the shape
   */
  public long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /**
   * Returns the size of the elements as stored.
   *
   * @return bytes
   */
  public long bytes() {
    return elements() * Dtypes.bytes(dtype);
  }

  TensorInfo named(String other) {
    return new TensorInfo(other, dtype, shape);
  }
}
