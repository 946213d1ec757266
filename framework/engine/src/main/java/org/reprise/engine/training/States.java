package org.reprise.engine.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;

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

  static Tensor require(Map<String, Tensor> state, String name, Tensor like) {
    Tensor tensor = state.get(name);
    if (tensor == null) {
      throw new InvalidInputException("the saved optimizer state has no tensor \"" + name + "\"");
    }
    long[] found = tensor.sizes().vec().get();
    long[] expected = like.sizes().vec().get();
    if (!Arrays.equals(found, expected)) {
      throw new InvalidInputException(
          "the saved optimizer tensor \""
              + name
              + "\" has shape "
              + Arrays.toString(found)
              + ", expected "
              + Arrays.toString(expected));
    }
    return tensor;
  }
}
