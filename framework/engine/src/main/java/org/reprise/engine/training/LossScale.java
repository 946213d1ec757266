package org.reprise.engine.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.engine.device.NoGrad;
import org.reprise.support.SavedState;

/**
 * Loss scaling by the rule and the constants of {@code torch.amp.GradScaler}, against gradients
 * that vanish in float16: the loss is multiplied by a power of two, the gradients are divided by
 * it. Where a gradient is not finite the step is left out and the scale halved; after 2000 steps
 * without that it is doubled. In other dtypes it does nothing.
 */
final class LossScale {
  static final double INITIAL = 65_536;
  static final int STEPS_TO_DOUBLE = 2000;

  private final boolean active;
  private double scale = INITIAL;
  private long steps; // since the scale was changed

  /**
   * Makes a scale that has not changed yet.
   *
   * @param type of the network in training
   */
  LossScale(ScalarType type) {
    this.active = type == ScalarType.Half;
  }

  /** Returns the loss to go backward from. */
  Tensor scaled(Tensor loss) {
    return active ? loss.mul(new Scalar(scale)) : loss;
  }

  /**
   * Brings the gradients back to their size, in place.
   *
   * @param parameters that {@link #scaled}'s result went backward to
   * @return whether to take the step
   * @throws NonFiniteLogitsException if gradients are not finite without any scaling either
   */
  boolean unscale(List<Tensor> parameters) {
    if (!active) {
      return true;
    }
    boolean finite;
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      Tensor all = null;
      for (Tensor parameter : parameters) {
        Tensor gradient = parameter.grad();
        if (gradient.defined()) {
          gradient.mul_(new Scalar(1 / scale));
          Tensor own = torch.isfinite(gradient).all();
          all = all == null ? own : all.logical_and(own);
        }
      }
      finite = all == null || all.item_bool(); // waits for a GPU once, as the loss does
    }
    if (!finite) {
      if (scale <= 1) {
        throw new NonFiniteLogitsException("the gradients are not finite");
      }
      scale /= 2;
      steps = 0;
    } else if (++steps == STEPS_TO_DOUBLE) {
      scale *= 2;
      steps = 0;
    }
    return finite;
  }

  /** Returns the state; tensors of the caller's scope. */
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    if (active) {
      state.put("scale", Tensor.create(new double[] {scale}));
      state.put("steps", Tensor.create(new long[] {steps}));
    }
    return state;
  }

  /** Takes over a saved state. An empty one, as of a run in another dtype, changes nothing. */
  void restore(Map<String, Tensor> state) {
    if (active && !state.isEmpty()) {
      Tensor savedSteps = SavedState.require(state, "steps", ScalarType.Long, 1);
      scale = SavedState.require(state, "scale", ScalarType.Double, 1).item_double();
      steps = savedSteps.item_long();
    }
  }
}
