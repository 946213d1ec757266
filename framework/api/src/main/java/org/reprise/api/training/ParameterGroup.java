package org.reprise.api.training;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Parameters that are trained together.
 *
 * @param tensors float32 leaves that require a gradient, in a fixed order; borrowed: they stay
 *     their maker's and are modified in place by the update rule
 * @param rule what moves them, or empty for the experiment's {@code training.optimizer}
 * @param schedule whether their learning rate follows the run's schedule
 */
public record ParameterGroup(List<Tensor> tensors, Optional<RuleSpec> rule, Schedule schedule) {

  /** What becomes of a group's learning rate in the course of a run. */
  public enum Schedule {
    /** It is multiplied by the factor of {@code training.schedule}. */
    FOLLOW,
    /** It stays as it is. */
    CONSTANT
  }

  /** Copies the list. */
  public ParameterGroup {
    tensors = List.copyOf(tensors);
  }

  /**
   * Makes a group that is trained as the experiment says.
   *
   * @param tensors as for the record
   * @return the experiment's update rule, on its schedule
   */
  public static ParameterGroup of(Tensor... tensors) {
    return new ParameterGroup(List.of(tensors), Optional.empty(), Schedule.FOLLOW);
  }

  /**
   * Makes a group with an update rule of its own, on the run's schedule.
   *
   * @param rule what moves the tensors
   * @param tensors as for the record
   * @return the group
   */
  public static ParameterGroup of(RuleSpec rule, List<Tensor> tensors) {
    return new ParameterGroup(tensors, Optional.of(rule), Schedule.FOLLOW);
  }
}
