package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.KeptTensor;

/**
 * Gradient descent with momentum as {@code torch.optim.SGD}: {@code v = momentum * v + g; p -= rate
 * * v}, v starting at 0.
 */
final class Sgd implements Optimizer {
  private final List<Tensor> parameters;
  private final double initialRate;
  private final double momentum;
  private final List<KeptTensor> velocities = new ArrayList<>();

  Sgd(List<Tensor> parameters, double initialRate, double momentum) {
    this.parameters = parameters;
    this.initialRate = initialRate;
    this.momentum = momentum;
    for (Tensor parameter : parameters) {
      velocities.add(new KeptTensor(torch.zeros_like(parameter)));
    }
  }

  @Override
  public double initialRate() {
    return initialRate;
  }

  @Override
  public void step(double rate) {
    for (int i = 0; i < parameters.size(); i++) {
      Tensor parameter = parameters.get(i);
      Tensor gradient = parameter.grad();
      if (gradient.defined()) {
        Tensor velocity = velocities.get(i).get();
        velocity.mul_(new Scalar(momentum)).add_(gradient);
        parameter.add_(velocity, new Scalar(-rate));
      }
    }
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
    States.copy(state(), state);
  }

  @Override
  public void close() {
    velocities.forEach(KeptTensor::close);
  }
}
