package org.reprise.networks;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.KeptTensor;

/**
 * One operation computed without autograd, and what its gradient needs.
 *
 * @param result after the activation
 * @param mask where the activation lets a gradient through; holds nothing where that is everywhere
 * @param indices of the largest values of a pooling; holds nothing for other operations
 * @param inputGradient from the gradient before the activation to the gradient of every input; it
 *     depends on the indices, and is linear in any number of samples where there are none
 */
record Step(
    KeptTensor result, KeptTensor mask, KeptTensor indices, UnaryOperator<Tensor> inputGradient)
    implements AutoCloseable {

  /**
   * Returns the gradient before the activation.
   *
   * @param g gradient of the result; not modified
   * @return {@code g} itself where nothing is masked
   */
  Tensor beforeActivation(Tensor g) {
    return mask.isSet() ? g.mul(mask.get()) : g;
  }

  /** Tells whether one sample's gradient has the same form as a sum over samples. */
  boolean isLinear() {
    return !indices.isSet();
  }

  @Override
  public void close() {
    result.close();
    mask.close();
    indices.close();
  }
}
