package org.reprise.weights;

import java.io.IOException;
import org.bytedeco.pytorch.Tensor;

/** A tensor of a state dict that can be read. */
interface StoredTensor {

  /** Returns what it is; the name is the state dict's business. */
  TensorInfo info();

  /** Reads it into the caller's scope, contiguous, on the CPU, in the stored dtype. */
  Tensor read() throws IOException;
}
