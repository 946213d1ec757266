package org.reprise.engine.store;

import java.util.Arrays;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Indices of samples as tensors, where they are wanted. */
public final class Indices {
  private Indices() {}

  /**
   * Makes a tensor.
   *
   * @param values any number
   * @return {@code [n]} int64 in the computer's memory; the caller's scope owns it
   */
  public static Tensor of(int[] values) {
    return torch.tensor(Arrays.stream(values).asLongStream().toArray());
  }

  /**
   * Sends indices to a device. Few bytes of the computer's own memory are copied before the call
   * returns, so nobody need wait until a GPU has got them, nor for all that was asked of it before.
   *
   * @param indices integers of any shape; may be freed at once
   * @param device where to; borrowed
   * @return the same as int64; the caller's scope owns it
   */
  public static Tensor on(Tensor indices, Device device) {
    return indices.to(device, ScalarType.Long, true, false, null);
  }
}
