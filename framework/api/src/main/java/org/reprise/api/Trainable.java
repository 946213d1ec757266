package org.reprise.api;

import java.util.List;
import org.reprise.api.training.ParameterGroup;

/** An ability of input prompts and label mappers: parameters that training moves. */
public interface Trainable extends Stateful {

  /**
   * Returns what an update rule moves.
   *
   * @return the same tensors in the same order at every call; empty where nothing is trained
   */
  List<ParameterGroup> parameters();

  /**
   * Called after every step, once the parameters have moved, e.g. to bring them back into a range.
   * Gradients are off. On a GPU also after a step of half precision that is left out, where nothing
   * has moved: a second call in a row changes nothing.
   */
  default void stepped() {}
}
