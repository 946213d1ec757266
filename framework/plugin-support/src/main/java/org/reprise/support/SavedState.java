package org.reprise.support;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.Stateful;

/** What {@link Stateful#restore} implementations share: checks before anything changes. */
public final class SavedState {
  private SavedState() {}

  /**
   * Returns one tensor of a saved state if it is what the object expects.
   *
   * @param state what {@link Stateful#state} returned earlier, on any device
   * @param name the tensor's name
   * @param dtype the dtype it must have
   * @param shape the shape it must have
   * @return the tensor; borrowed from {@code state}
   * @throws InvalidInputException if it is missing, has another shape or dtype, or holds NaN or an
   *     infinity
   */
  public static Tensor require(
      Map<String, Tensor> state, String name, ScalarType dtype, long... shape) {
    Tensor tensor = state.get(name);
    if (tensor == null) {
      throw new InvalidInputException(
          "the saved state has no tensor \""
              + name
              + "\"; it has "
              + (state.isEmpty() ? "none at all" : String.join(", ", new TreeSet<>(state.keySet())))
              + ", expected "
              + dtype
              + " "
              + Arrays.toString(shape));
    }
    ScalarType found = tensor.scalar_type().intern();
    if (found != dtype || !Arrays.equals(tensor.shape(), shape)) {
      throw new InvalidInputException(
          "the saved tensor \""
              + name
              + "\" is "
              + found
              + " "
              + Arrays.toString(tensor.shape())
              + ", expected "
              + dtype
              + " "
              + Arrays.toString(shape));
    }
    if (!isFinite(tensor)) {
      throw new InvalidInputException(
          "the saved tensor \"" + name + "\" holds NaN or an infinity, expected finite numbers");
    }
    return tensor;
  }

  private static boolean isFinite(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      return tensor.isfinite().all().item_bool();
    }
  }

  /**
   * Copies a saved value into a parameter, which stays the same tensor.
   *
   * @param parameter modified in place, outside any graph
   * @param saved of the same shape, on any device; borrowed
   */
  public static void copyInto(Tensor parameter, Tensor saved) {
    try (PointerScope scope = new PointerScope()) {
      parameter.detach().copy_(saved.detach());
    }
  }

  /**
   * Copies a saved state into tensors of the same names, shapes and dtypes; nothing changes unless
   * all fit.
   *
   * @param targets what {@link org.reprise.api.Stateful#state} returns now; modified in place
   * @param saved what it returned earlier; borrowed, on any device
   * @throws InvalidInputException as for {@link #require}
   */
  public static void copyAll(Map<String, Tensor> targets, Map<String, Tensor> saved) {
    targets.forEach(
        (name, target) -> require(saved, name, target.scalar_type().intern(), target.shape()));
    targets.forEach((name, target) -> copyInto(target, saved.get(name)));
  }
}
