package org.reprise.engine.training;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Trainable;
import org.reprise.support.SavedState;

/** Saved states: tensors by dotted names. */
public final class States {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

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
   * Returns the state of a prompt or mapper.
   *
   * @return {@link Trainable#state}
   * @throws IllegalStateException if it has names that the API does not allow, or a tensor is
   *     missing
   */
  static Map<String, Tensor> of(Trainable trainable) {
    Map<String, Tensor> state = trainable.state();
    String asked = trainable.getClass().getName() + ".state() returned ";
    if (state == null) {
      throw new IllegalStateException(asked + "nothing");
    }
    state.forEach(
        (name, tensor) -> {
          if (!NAME.matcher(name).matches()) {
            throw new IllegalStateException(
                asked
                    + "a tensor named \""
                    + name
                    + "\", expected letters, digits, '.', '_' and '-'");
          } else if (tensor == null || tensor.isNull()) {
            throw new IllegalStateException(
                asked + "no tensor for \"" + name + "\", or one that was freed already");
          }
        });
    return state;
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
