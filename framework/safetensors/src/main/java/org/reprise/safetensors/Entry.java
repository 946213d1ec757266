package org.reprise.safetensors;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.budget.Shown;

/**
 * What the header says of one tensor.
 *
 * @param name its name
 * @param dtype element type as the file calls it
 * @param shape dimensions
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Entry(String name, String dtype, long[] shape, long begin, long end) {

  /** Returns libtorch's type; empty if tensors of this type are not read. */
  Optional<ScalarType> scalarType() {
    return Dtype.of(dtype).flatMap(Dtype::scalarType);
  }

  /** Returns what a message calls the tensor. */
  String shown() {
    return "tensor \"" + Shown.of(name) + "\"";
  }

  /**
   * Makes sure that the bytes lie in the file, and that they are as many as the shape asks for. Of
   * a type that the format did not have when this was written, the width is not known.
   *
   * @param dataSize how many bytes follow the header
   * @param file what the message calls the file
   */
  void check(long dataSize, String file) throws SafetensorsException {
    String where = file + ": " + shown() + ": ";
    if (begin > end) {
      throw new SafetensorsException(where + bytes() + " end before they begin");
    }
    if (end > dataSize) {
      throw new SafetensorsException(
          where + bytes() + " lie outside the file's " + dataSize + " data bytes (truncated?)");
    }
    long elements = 1;
    try {
      for (long dimension : shape) {
        // a size of 0 does not excuse the others
        elements = Math.multiplyExact(elements, Math.max(1, dimension));
      }
      elements = Arrays.stream(shape).anyMatch(dimension -> dimension == 0) ? 0 : elements;
      Optional<Dtype> known = Dtype.of(dtype);
      if (known.isPresent()
          && Math.multiplyExact(elements, (long) known.get().bits())
              != Math.multiplyExact(end - begin, 8L)) {
        throw new SafetensorsException(
            where
                + (end - begin)
                + " bytes ("
                + begin
                + " to "
                + end
                + ") do not hold shape "
                + Arrays.toString(shape)
                + " of "
                + dtype);
      }
    } catch (ArithmeticException e) {
      throw new SafetensorsException(
          where + "shape " + Arrays.toString(shape) + " is too large", e);
    }
  }

  /** Returns what a message calls its place. */
  String bytes() {
    return "bytes " + begin + " to " + end;
  }
}
