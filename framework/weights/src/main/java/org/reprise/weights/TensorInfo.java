package org.reprise.weights;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a file says of a tensor, before it is read.
 *
 * @param name its name in the state dict
 * @param dtype element type as stored; empty for a tensor that is listed but cannot be read, e.g. a
 *     sparse or quantised one, or one of F8_E4M3
 * @param type the element type in words, e.g. {@code float}; of a tensor that cannot be read, what
 *     the file calls it
 * @param shape dimensions; empty for a single number, and where the file does not say
 * @param bytes the size of the elements as stored; 0 where the file does not say
 */
public record TensorInfo(
    String name, Optional<ScalarType> dtype, String type, List<Long> shape, long bytes) {

  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  static TensorInfo of(ElementType type, long[] shape) {
    long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return new TensorInfo(
        "",
        type.dtype(),
        type.name(),
        Arrays.stream(shape).boxed().toList(),
        elements * type.bytes());
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the shape
   */
  public long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  TensorInfo named(String other) {
    return new TensorInfo(other, dtype, type, shape, bytes);
  }
}
