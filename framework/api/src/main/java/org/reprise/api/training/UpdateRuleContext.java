package org.reprise.api.training;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.ExtensionContext;

/** What the framework offers to an update rule. */
public interface UpdateRuleContext extends ExtensionContext {

  /**
   * Returns what the rule is to move.
   *
   * @return the group's tensors: float32 leaves that require a gradient, on the run's device;
   *     borrowed for as long as the rule lives
   */
  List<Tensor> parameters();

  /**
   * Returns the seed of whatever the rule draws.
   *
   * @return a seed derived from the experiment's and from the group's place in the run
   */
  long seed();
}
