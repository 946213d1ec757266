package org.reprise.weights;

import java.io.IOException;
import org.bytedeco.pytorch.Tensor;

/** A tensor of a kind that is listed but not read: quantised, sparse, complex and the like. */
record UnreadTensor(TensorInfo info) implements StoredTensor {

  static UnreadTensor of(ElementType type, long[] shape) {
    return new UnreadTensor(TensorInfo.of(type, shape));
  }

  @Override
  public Tensor read() throws IOException {
    throw new WeightsException("a tensor of " + info.type() + " is not read");
  }
}
