package org.reprise.api.backbone;

import java.util.List;
import org.reprise.api.Stateful;
import org.reprise.api.training.ParameterGroup;

/**
 * An ability of backbones whose own weights can be trained, for baselines such as full fine-tuning.
 * Where an experiment asks for it ({@code backbone.trainable: true}) such a backbone is made anew
 * for each run, {@link #unfreeze} is called before its first use, and its state is part of the
 * checkpoint; else neither is asked for. Once unfrozen, {@link Backbone#forward} and {@link
 * Head#features} are differentiable in the weights, and are all that is called.
 */
public interface Unfreezable extends Stateful {

  /**
   * Lets the weights be trained from now on.
   *
   * @return what an update rule moves, as for {@link org.reprise.api.Trainable#parameters}: the
   *     same tensors at every call
   */
  List<ParameterGroup> unfreeze();
}
