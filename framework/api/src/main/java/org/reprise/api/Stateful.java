package org.reprise.api;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * An ability: what an object has learned, drawn or gathered can be saved and taken over again. A
 * prompt, mapper or update rule without it is the same whenever it is made with the same options
 * and context.
 */
public interface Stateful {

  /**
   * Returns everything that a checkpoint must hold to bring this object back, parameters included.
   *
   * @return tensors by name (letters, digits, {@code .}, {@code _}, {@code -}); borrowed and valid
   *     until the next call on this object; an object with the same options and context accepts
   *     them in {@link #restore}
   */
  Map<String, Tensor> state();

  /**
   * Takes over a saved state, in place: trained tensors stay the same objects.
   *
   * @param state what {@link #state()} returned earlier; borrowed, on any device
   * @throws InvalidInputException if a tensor is missing, has another shape or dtype, or holds NaN
   *     or an infinity; nothing has changed then
   */
  void restore(Map<String, Tensor> state);
}
