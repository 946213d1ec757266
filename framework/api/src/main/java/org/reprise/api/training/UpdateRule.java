package org.reprise.api.training;

import org.reprise.api.Stateful;

/**
 * Moves one group of parameters, a step at a time. What it keeps from step to step is its state.
 *
 * <p>One step of a run: where any rule of it {@link #usesGradients}, the loss and the gradients of
 * all groups are computed once; then each rule steps, in the order of the groups. A step whose
 * half-precision gradients overflowed is left out for all rules.
 */
public interface UpdateRule extends Stateful, AutoCloseable {

  /**
   * Moves the parameters, in place. Called with gradients off, in a scope that ends with the step.
   *
   * @param loss the loss of the step's batch, for rules that ask for it more than once; each call
   *     costs a forward pass, and with gradients a backward pass
   * @param learningRate of this step: {@link #learningRate()} as the run's schedule has brought it
   *     down, or unchanged where the group does not follow the schedule
   */
  void step(Closure loss, double learningRate);

  /**
   * Returns the learning rate before any schedule.
   *
   * @return positive; for records
   */
  double learningRate();

  /**
   * Tells whether {@link #step} needs the gradients.
   *
   * @return true, the default: each parameter's {@code grad()} holds the gradient, or is undefined
   *     where the loss does not depend on it; false for a rule that goes by losses alone, which may
   *     then run with networks that give no gradient to their input
   */
  default boolean usesGradients() {
    return true;
  }

  /** Frees native memory; the parameters stay their owner's. */
  @Override
  void close();
}
