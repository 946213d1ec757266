package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.KeptTensor;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) with the operations and their order of {@code
 * torch.optim.Adam}, so that a run agrees with PyTorch's to rounding. libtorch's own Adam keeps its
 * state where Java cannot save it.
 */
final class Adam implements Optimizer {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final String STEPS = "steps";

  private final List<Tensor> parameters;
  private final double initialRate;
  private final List<KeptTensor> averages = new ArrayList<>();
  private final List<KeptTensor> squares = new ArrayList<>();
  private long steps;

  Adam(List<Tensor> parameters, double initialRate) {
    this.parameters = parameters;
    this.initialRate = initialRate;
    for (Tensor parameter : parameters) {
      averages.add(new KeptTensor(torch.zeros_like(parameter)));
      squares.add(new KeptTensor(torch.zeros_like(parameter)));
    }
  }

  @Override
  public double initialRate() {
    return initialRate;
  }

  @Override
  public void step(double rate) {
    steps++;
    double correction1 = 1 - Math.pow(BETA1, (double) steps);
    double correction2 = Math.sqrt(1 - Math.pow(BETA2, (double) steps));
    for (int i = 0; i < parameters.size(); i++) {
      Tensor parameter = parameters.get(i);
      Tensor gradient = parameter.grad();
      if (!gradient.defined()) {
        continue;
      }
      Tensor average = averages.get(i).get();
      Tensor square = squares.get(i).get();
      average.mul_(new Scalar(BETA1)).add_(gradient, new Scalar(1 - BETA1));
      square.mul_(new Scalar(BETA2)).addcmul_(gradient, gradient, new Scalar(1 - BETA2));
      Tensor denominator = square.sqrt().div_(new Scalar(correction2)).add_(new Scalar(EPSILON));
      parameter.addcdiv_(average, denominator, new Scalar(-(rate / correction1)));
    }
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put(STEPS, torch.tensor(steps));
    for (int i = 0; i < parameters.size(); i++) {
      state.put(i + ".exp_avg", averages.get(i).get());
      state.put(i + ".exp_avg_sq", squares.get(i).get());
    }
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    try (PointerScope scope = new PointerScope()) {
      States.copy(state(), state);
      steps = state.get(STEPS).item_long();
    }
  }

  @Override
  public void close() {
    averages.forEach(KeptTensor::close);
    squares.forEach(KeptTensor::close);
  }
}
