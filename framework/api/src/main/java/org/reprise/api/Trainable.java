package org.reprise.api;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.training.ParameterGroup;

/**
 * What input prompts and label mappers have in common: parameters to train, and a state to save.
 * Used from one thread at a time.
 */
public interface Trainable extends AutoCloseable {

  /**
   * Returns what the optimiser trains.
   *
   * @return the same tensors in the same order at every call; empty where nothing is trained
   */
  List<ParameterGroup> parameters();

  /**
   * Returns everything that a checkpoint must hold to bring this object back, parameters included.
   *
   * @return tensors by name (letters, digits, {@code .}, {@code _}, {@code -}); borrowed and valid
   *     until the next call on this object; an object with the same options and context accepts
   *     them in {@link #restore}
   */
  Map<String, Tensor> state();

  /**
   * Takes over a saved state, in place: the tensors of {@link #parameters()} stay the same objects.
   *
   * @param state what {@link #state()} returned earlier; borrowed, on any device
   * @throws InvalidInputException if a tensor is missing, has another shape or dtype, or holds NaN
   *     or an infinity; nothing has changed then
   */
  void restore(Map<String, Tensor> state);

  /** Frees native memory. */
  @Override
  void close();
}
