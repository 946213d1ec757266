package org.reprise.backbones.clip;

import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** Named tensors that a network is built from. */
interface TensorSource {

  /** Returns all names. */
  Set<String> names();

  /**
   * Returns a tensor's shape.
   *
   * @param name one of {@link #names()}
   */
  long[] shape(String name);

  /**
   * Reads a tensor, in the dtype it is stored in.
   *
   * @param name one of {@link #names()}
   * @return the tensor; the caller's scope owns it
   */
  Tensor read(String name);
}
