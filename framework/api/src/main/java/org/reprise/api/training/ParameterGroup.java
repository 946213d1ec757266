package org.reprise.api.training;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Parameters that are trained together.
 *
 * @param tensors float32 leaves that require a gradient, in a fixed order; borrowed: they stay
 *     their maker's and are modified in place by the optimiser
 * @param optimizer the group's own optimiser, or empty for the experiment's; either way it follows
 *     the run's schedule
 */
public record ParameterGroup(List<Tensor> tensors, Optional<OptimizerSpec> optimizer) {

  /** Copies the list. */
  public ParameterGroup {
    tensors = List.copyOf(tensors);
  }
}
