package org.reprise.api.training;

import org.bytedeco.pytorch.Tensor;

/** The loss of one step's batch, at the parameters as they stand when it is asked. */
@FunctionalInterface
public interface Closure {

  /**
   * Runs the batch forward, and backward where asked.
   *
   * @param gradients whether each parameter's {@code grad()} is to hold the gradient afterwards;
   *     what it held before is forgotten
   * @return mean cross entropy over the batch, one float32 number {@code []}, detached, on the
   *     run's device; the caller's scope owns it
   * @throws org.reprise.api.NonFiniteLogitsException if the loss is NaN or infinite
   */
  Tensor loss(boolean gradients);

  /**
   * Returns how many samples the mean is over.
   *
   * @return samples of the step's batch, at least 1; 1 where the loss is of no batch
   */
  default int samples() {
    return 1;
  }
}
