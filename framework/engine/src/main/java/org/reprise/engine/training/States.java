package org.reprise.engine.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.SavedState;

/** Saved states: tensors by dotted names. */
public final class States {
  private States() {}

  /**
   * Returns the entries of a state whose names start with a prefix, without it.
   *
   * @param state tensors by dotted name
   * @param prefix e.g. {@code mapper.}
   */
  public static Map<String, Tensor> under(Map<String, Tensor> state, String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }

  /**
   * Copies a saved state into tensors of the same names, shapes and dtypes; nothing changes unless
   * all fit.
   */
  static void copy(Map<String, Tensor> targets, Map<String, Tensor> saved) {
    targets.forEach(
        (name, target) ->
            SavedState.require(saved, name, target.scalar_type().intern(), target.shape()));
    targets.forEach((name, target) -> SavedState.copyInto(target, saved.get(name)));
  }
}
