package org.reprise.api.backbone;

import java.util.List;
import org.reprise.api.Stateful;
import org.reprise.api.training.ParameterGroup;

/**
 * An ability of backbones whose own weights can be trained, for baselines such as full fine-tuning.
 * Such a backbone is made anew for each run, and its state is part of the checkpoint.
 */
public interface Unfreezable extends Stateful {

  /**
   * Lets the weights be trained from now on.
   *
   * @return what an update rule moves, as for {@link org.reprise.api.Trainable#parameters}
   */
  List<ParameterGroup> unfreeze();
}
