package org.reprise.updaterules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.training.Closure;
import org.reprise.api.training.DeviceRule;
import org.reprise.support.SavedState;

/**
 * Gradient descent with momentum as {@code torch.optim.SGD}: {@code v = momentum * v + g; p -= rate
 * * v}, v starting at 0; with Nesterov's look ahead {@code p -= rate * (g + momentum * v)}.
 */
final class Sgd implements DeviceRule {
  private final List<Tensor> parameters;
  private final SgdOptions options;
  private final List<KeptTensor> velocities = new ArrayList<>();

  Sgd(List<Tensor> parameters, SgdOptions options) {
    this.parameters = List.copyOf(parameters);
    this.options = options;
    try (PointerScope scope = new PointerScope()) {
      for (Tensor parameter : parameters) {
        velocities.add(new KeptTensor(torch.zeros_like(parameter)));
      }
    }
  }

  @Override
  public double learningRate() {
    return options.lr();
  }

  @Override
  public void step(Closure loss, double learningRate) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).grad().defined()) {
        parameters.get(i).add_(direction(i), new Scalar(-learningRate));
      }
    }
  }

  @Override
  public void step(Tensor learningRate, int samples) {
    Tensor rate = learningRate.to(ScalarType.Float);
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).grad().defined()) {
        parameters.get(i).sub_(direction(i).mul(rate));
      }
    }
  }

  /** Takes a parameter's gradient into its velocity, and returns where to go against. */
  private Tensor direction(int i) {
    Tensor parameter = parameters.get(i);
    Tensor gradient =
        options.weightDecay() == 0
            ? parameter.grad()
            : parameter.grad().add(parameter, new Scalar(options.weightDecay()));
    Tensor velocity = velocities.get(i).get();
    velocity.mul_(new Scalar(options.momentum())).add_(gradient);
    return options.nesterov() ? gradient.add(velocity, new Scalar(options.momentum())) : velocity;
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      state.put(i + ".momentum_buffer", velocities.get(i).get());
    }
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    SavedState.copyAll(state(), state);
  }

  @Override
  public void close() {
    velocities.forEach(KeptTensor::close);
  }
}
