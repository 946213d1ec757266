package org.reprise.api.training;

import org.bytedeco.pytorch.Tensor;

/**
 * An ability of update rules: a step is the same operations on the same tensors every time, and the
 * device that does them is not waited for. On a GPU such a rule is asked in this way; where all
 * rules of a run have the ability, half-precision training waits for nothing within an epoch, and a
 * CUDA graph can record the step.
 *
 * <p>All that a rule keeps is in {@link #state()}, in tensors on the parameters' device that stay
 * the same objects and are changed in place: the framework puts them back, together with the
 * parameters, where a step turns out to be left out. It goes by the gradients that are there, and
 * {@link #usesGradients()} is true.
 */
public interface DeviceRule extends UpdateRule {

  /**
   * Moves the parameters as {@link UpdateRule#step} does, to rounding. Called with gradients off,
   * in a scope that ends with the step. Reads no tensor's value, copies nothing to or from the
   * computer's memory, and does nothing that depends on how often it was called.
   *
   * @param learningRate {@code []} float64 on the parameters' device; holds the rate of the step
   *     when the device comes to it
   * @param samples of the step's batch, as {@link Closure#samples}
   */
  void step(Tensor learningRate, int samples);
}
