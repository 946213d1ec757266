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
 * Adam (Kingma and Ba, 2015, algorithm 1) with the operations and their order of {@code
 * torch.optim.Adam} and, with a decoupled weight decay (Loshchilov and Hutter, 2019), {@code
 * torch.optim.AdamW}, so that a run agrees with PyTorch's to rounding. libtorch's own Adam keeps
 * its state where Java cannot save it.
 */
final class Adam implements DeviceRule {
  private static final String STEPS = "steps";

  private final List<Tensor> parameters;
  private final AdamOptions options;
  private final WeightDecay decay;
  private final List<KeptTensor> averages = new ArrayList<>();
  private final List<KeptTensor> squares = new ArrayList<>();

  /** {@code [1]} int64, where the parameters are. */
  private final KeptTensor steps = new KeptTensor();

  Adam(List<Tensor> parameters, AdamOptions options, WeightDecay decay) {
    this.parameters = List.copyOf(parameters);
    this.options = options;
    this.decay = decay;
    try (PointerScope scope = new PointerScope()) {
      Tensor none = torch.zeros(new long[] {1});
      steps.set(
          parameters.isEmpty()
              ? none.to(ScalarType.Long)
              : none.to(parameters.get(0).device(), ScalarType.Long));
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
    double taken = (double) steps.get().add_(new Scalar(1)).item_long();
    double correction1 = 1 - Math.pow(options.beta1(), taken);
    double correction2 = Math.sqrt(1 - Math.pow(options.beta2(), taken));
    for (int i = 0; i < parameters.size(); i++) {
      Tensor parameter = parameters.get(i);
      if (!parameter.grad().defined()) {
        continue;
      }
      shrink(parameter, learningRate);
      average(i);
      Tensor denominator = squares.get(i).get().sqrt().div_(new Scalar(correction2)).add_(eps());
      parameter.addcdiv_(
          averages.get(i).get(), denominator, new Scalar(-(learningRate / correction1)));
    }
  }

  // the same, with rate and corrections as float64 numbers of the device, rounded where scalars are
  @Override
  public void step(Tensor learningRate, int samples) {
    Tensor taken = steps.get().add_(new Scalar(1)).squeeze().to(ScalarType.Double);
    Tensor correction1 = oneLess(torch.pow(new Scalar(options.beta1()), taken));
    Tensor correction2 =
        oneLess(torch.pow(new Scalar(options.beta2()), taken)).sqrt().to(ScalarType.Float);
    Tensor move = learningRate.div(correction1).neg().to(ScalarType.Float);
    for (int i = 0; i < parameters.size(); i++) {
      Tensor parameter = parameters.get(i);
      if (!parameter.grad().defined()) {
        continue;
      }
      if (shrinks()) {
        parameter.mul_(
            oneLess(learningRate.mul(new Scalar(options.weightDecay()))).to(ScalarType.Float));
      }
      average(i);
      Tensor denominator = squares.get(i).get().sqrt().div_(correction2).add_(eps());
      parameter.add_(averages.get(i).get().mul(move).div_(denominator));
    }
  }

  private static Tensor oneLess(Tensor number) {
    return number.neg().add_(new Scalar(1));
  }

  private Scalar eps() {
    return new Scalar(options.eps());
  }

  /** Takes a parameter's gradient into its averages. */
  private void average(int i) {
    Tensor gradient = decayed(parameters.get(i));
    averages
        .get(i)
        .get()
        .mul_(new Scalar(options.beta1()))
        .add_(gradient, new Scalar(1 - options.beta1()));
    squares
        .get(i)
        .get()
        .mul_(new Scalar(options.beta2()))
        .addcmul_(gradient, gradient, new Scalar(1 - options.beta2()));
  }

  /** Tells whether parameters themselves shrink before they move. */
  private boolean shrinks() {
    return decay == WeightDecay.DECOUPLED && options.weightDecay() != 0;
  }

  private void shrink(Tensor parameter, double learningRate) {
    if (shrinks()) {
      parameter.mul_(new Scalar(1 - learningRate * options.weightDecay()));
    }
  }

  /** Returns the gradient to go by. */
  private Tensor decayed(Tensor parameter) {
    return decay == WeightDecay.DECOUPLED || options.weightDecay() == 0
        ? parameter.grad()
        : parameter.grad().add(parameter, new Scalar(options.weightDecay()));
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put(STEPS, steps.get());
    for (int i = 0; i < parameters.size(); i++) {
      state.put(i + ".exp_avg", averages.get(i).get());
      state.put(i + ".exp_avg_sq", squares.get(i).get());
    }
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    SavedState.copyAll(state(), state);
  }

  @Override
  public void close() {
    steps.close();
    averages.forEach(KeptTensor::close);
    squares.forEach(KeptTensor::close);
  }
}
