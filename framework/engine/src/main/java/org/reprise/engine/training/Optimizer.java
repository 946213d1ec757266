package org.reprise.engine.training;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Moves one parameter group. */
interface Optimizer extends AutoCloseable {

  /** Returns the group's initial learning rate. */
  double initialRate();

  /** Moves the parameters by their gradients. Called without gradients enabled. */
  void step(double rate);

  /** Returns the state by name, e.g. {@code 0.exp_avg}; borrowed, or in the caller's scope. */
  Map<String, Tensor> state();

  /** Takes over a saved state. */
  void restore(Map<String, Tensor> state);

  @Override
  void close();
}
