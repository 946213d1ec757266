package org.reprise.updaterules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.KeptTensor;
import org.reprise.api.training.Closure;
import org.reprise.api.training.UpdateRule;
import org.reprise.support.SavedState;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) with the operations and their order of {@code
 * torch.optim.Adam} and, with a decoupled weight decay (Loshchilov and Hutter, 2019), {@code
 * torch.optim.AdamW}, so that a run agrees with PyTorch's to rounding. libtorch's own Adam keeps
 * its state where Java cannot save it.
 */
final class Adam implements UpdateRule {
  private static final String STEPS = "steps";

  private final List<Tensor> parameters;
  private final AdamOptions options;
  private final WeightDecay decay;
  private final List<KeptTensor> averages = new ArrayList<>();
  private final List<KeptTensor> squares = new ArrayList<>();
  private long steps;

  Adam(List<Tensor> parameters, AdamOptions options, WeightDecay decay) {
    this.parameters = List.copyOf(parameters);
    this.options = options;
    this.decay = decay;
    try (PointerScope scope = new PointerScope()) {
      for (Tensor parameter : parameters) {
        averages.add(new KeptTensor(torch.zeros_like(parameter)));
        squares.add(new KeptTensor(torch.zeros_like(parameter)));
      }
    }
  }

  @Override
  public double learningRate() {
    return options.lr();
  }

  @Override
  public void step(Closure loss, double learningRate) {
    steps++;
    double correction1 = 1 - Math.pow(options.beta1(), (double) steps);
    double correction2 = Math.sqrt(1 - Math.pow(options.beta2(), (double) steps));
    for (int i = 0; i < parameters.size(); i++) {
      Tensor parameter = parameters.get(i);
      if (!parameter.grad().defined()) {
        continue;
      }
      Tensor gradient = decayed(parameter, learningRate);
      Tensor average = averages.get(i).get();
      Tensor square = squares.get(i).get();
      average.mul_(new Scalar(options.beta1())).add_(gradient, new Scalar(1 - options.beta1()));
      square
          .mul_(new Scalar(options.beta2()))
          .addcmul_(gradient, gradient, new Scalar(1 - options.beta2()));
      Tensor denominator =
          square.sqrt().div_(new Scalar(correction2)).add_(new Scalar(options.eps()));
      parameter.addcdiv_(average, denominator, new Scalar(-(learningRate / correction1)));
    }
  }

  /** Returns the gradient to go by, after the parameter itself has shrunk where it is to. */
  private Tensor decayed(Tensor parameter, double learningRate) {
    if (options.weightDecay() == 0) {
      return parameter.grad();
    }
    if (decay == WeightDecay.DECOUPLED) {
      parameter.mul_(new Scalar(1 - learningRate * options.weightDecay()));
      return parameter.grad();
    }
    return parameter.grad().add(parameter, new Scalar(options.weightDecay()));
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
      SavedState.copyAll(state(), state);
      steps = state.get(STEPS).item_long();
    }
  }

  @Override
  public void close() {
    averages.forEach(KeptTensor::close);
    squares.forEach(KeptTensor::close);
  }
}
