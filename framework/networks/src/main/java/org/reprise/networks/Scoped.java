package org.reprise.networks;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Runs a computation in a scope of its own, so that its temporaries do not outlive it. */
public final class Scoped {
  private Scoped() {}

  /**
   * Computes one tensor.
   *
   * @param computation any, on this thread
   * @return its result, handed over to the caller's scope
   */
  public static Tensor compute(Supplier<Tensor> computation) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope inner = new PointerScope()) {
      Tensor result = computation.get();
      if (outer == null) {
        result.retainReference();
      } else {
        outer.attach(result);
      }
      return result;
    }
  }
}
