package org.reprise.networks;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor that a network wants from its weight file.
 *
 * @param name as in the file
 * @param shape its sizes
 */
public record Parameter(String name, List<Long> shape) {

  /** Copies the shape. */
  public Parameter {
    shape = List.copyOf(shape);
  }

  /**
   * Describes a tensor.
   *
   * @param name as in the file
   * @param shape its sizes
   * @return the description
   */
  public static Parameter of(String name, long... shape) {
    return new Parameter(name, Arrays.stream(shape).boxed().toList());
  }
}
