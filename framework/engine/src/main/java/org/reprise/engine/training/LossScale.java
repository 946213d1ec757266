package org.reprise.engine.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.engine.device.NoGrad;
import org.reprise.support.SavedState;

/**
 * Loss scaling by the rule and the constants of {@code torch.amp.GradScaler}, against gradients
 * that vanish in float16: the loss is multiplied by a power of two, the gradients are divided by
 * it. Where a gradient is not finite the step is left out and the scale halved; after 2000 steps
 * without that it is doubled. In other dtypes it does nothing. Scale and steps lie where the
 * parameters are, and are changed there: nobody need wait for them.
 */
final class LossScale implements AutoCloseable {
  static final double INITIAL = 65_536;
  static final int STEPS_TO_DOUBLE = 2000;
  static final String HOPELESS = "the gradients are not finite";

  private final boolean active;
  private final KeptTensor scale = new KeptTensor(); // [1] float64

  /** Since the scale was changed: {@code [1]} int64. */
  private final KeptTensor steps = new KeptTensor();

  /**
   * Makes a scale that has not changed yet.
   *
   * @param type of the network in training
   * @param device where the parameters are; borrowed
   */
  LossScale(ScalarType type, Device device) {
    this.active = type == ScalarType.Half;
    if (active) {
      try (PointerScope scope = new PointerScope()) {
        scale.set(Tensor.create(new double[] {INITIAL}).to(device, ScalarType.Double));
        steps.set(Tensor.create(new long[] {0}).to(device, ScalarType.Long));
      }
    }
  }

  /**
   * What has become of a step's gradients; one bool each, where the parameters are.
   *
   * @param finite whether to take the step
   * @param hopeless whether they are not finite without any scaling either
   */
  record Outcome(Tensor finite, Tensor hopeless) {}

  /** Returns the loss to go backward from. */
  Tensor scaled(Tensor loss) {
    return active ? loss.mul(scale.get().squeeze().to(ScalarType.Float)) : loss;
  }

  /**
   * Brings the gradients back to their size, in place, and changes the scale by what they are.
   *
   * @param parameters that {@link #scaled}'s result went backward to
   * @return what has become of them, in the caller's scope; empty where nothing is scaled
   */
  Optional<Outcome> unscale(List<Tensor> parameters) {
    if (!active) {
      return Optional.empty();
    }
    try (NoGrad noGrad = new NoGrad()) {
      Tensor now = scale.get();
      Tensor inverse = now.reciprocal().squeeze().to(ScalarType.Float);
      Tensor finite = steps.get().ge(new Scalar(0)); // true, and made on the device
      for (Tensor parameter : parameters) {
        Tensor gradient = parameter.grad();
        if (gradient.defined()) {
          gradient.mul_(inverse);
          // a number less itself is 0, unless it is NaN or infinite
          finite = finite.bitwise_and(gradient.sub(gradient).eq(new Scalar(0)).all());
        }
      }
      Tensor smallest = now.le(new Scalar(1));
      Tensor hopeless = smallest.bitwise_and(finite.bitwise_not());
      steps.get().add_(new Scalar(1));
      Tensor grows = steps.get().eq(new Scalar(STEPS_TO_DOUBLE)).bitwise_and(finite);
      Tensor factor = grows.to(ScalarType.Double).add_(new Scalar(1));
      Tensor halves = finite.bitwise_not().bitwise_and(smallest.bitwise_not());
      now.mul_(factor.masked_fill(halves, new Scalar(0.5)));
      steps.get().masked_fill_(grows.bitwise_or(finite.bitwise_not()), new Scalar(0));
      return Optional.of(new Outcome(finite.squeeze(), hopeless.squeeze()));
    }
  }

  /**
   * Does the same and waits until it is known.
   *
   * @return whether to take the step
   * @throws NonFiniteLogitsException if gradients are not finite without any scaling either
   */
  boolean unscaleAndAsk(List<Tensor> parameters) {
    try (PointerScope scope = new PointerScope()) {
      Optional<Outcome> outcome = unscale(parameters);
      if (outcome.isPresent() && outcome.get().hopeless().item_bool()) {
        throw new NonFiniteLogitsException(HOPELESS);
      }
      return outcome.isEmpty() || outcome.get().finite().item_bool();
    }
  }

  /** Returns the state; borrowed. */
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    if (active) {
      state.put("scale", scale.get());
      state.put("steps", steps.get());
    }
    return state;
  }

  /** Takes over a saved state. An empty one, as of a run in another dtype, changes nothing. */
  void restore(Map<String, Tensor> state) {
    if (!state.isEmpty()) {
      SavedState.copyAll(state(), state);
    }
  }

  @Override
  public void close() {
    scale.close();
    steps.close();
  }
}
