package org.reprise.blackbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.KeptTensor;
import org.reprise.api.training.Closure;
import org.reprise.api.training.UpdateRule;
import org.reprise.support.SavedState;

/**
 * Simultaneous perturbation (Spall, 1992) with gradient correction: Oh et al., <i>BlackVIP:
 * Black-Box Visual Prompting for Robust Transfer Learning</i>, CVPR 2023. Of each draw p the losses
 * at w + c p and w - c p estimate the gradient, {@code (L+ - L-) / (2 c p)}; the mean g of the
 * draws goes into {@code m = b m + g}, and w moves by {@code rate · (g + b m)}. It asks for losses
 * only, two for each draw, and L+ before L-, which matters to batch statistics.
 *
 * <p>The paper writes the gradient at w + b m; its code, and this, evaluates at w and combines
 * afterwards.
 */
final class Spsa implements UpdateRule {
  private static final String STEPS = "steps";
  private static final String MOMENTUM = "momentum";

  private final List<Tensor> parameters;
  private final SpsaOptions options;
  private final Perturbations perturbations;
  private final long values;
  private final KeptTensor momentum = new KeptTensor(); // [values] float32
  private long steps;

  Spsa(List<Tensor> parameters, SpsaOptions options, Perturbations perturbations) {
    this.parameters = List.copyOf(parameters);
    this.options = options;
    this.perturbations = perturbations;
    try (PointerScope scope = new PointerScope()) {
      Tensor flat = flat();
      this.values = flat.numel();
      momentum.set(torch.zeros_like(flat));
    }
  }

  /** Returns all parameters in a row, a copy in the caller's scope. */
  private Tensor flat() {
    TensorVector all = new TensorVector();
    for (Tensor parameter : parameters) {
      all.push_back(parameter.detach().flatten());
    }
    return torch.cat(all, 0);
  }

  /** Sets all parameters. */
  private void set(Tensor flat) {
    long from = 0;
    for (Tensor parameter : parameters) {
      long count = parameter.numel();
      parameter.detach().copy_(flat.narrow(0, from, count).view(parameter.shape()));
      from += count;
    }
  }

  @Override
  public double learningRate() {
    return options.lr();
  }

  @Override
  public boolean usesGradients() {
    return false;
  }

  @Override
  public void step(Closure loss, double learningRate) {
    steps++;
    Tensor start = flat();
    Tensor gradient = estimate(loss, start);
    Tensor direction = gradient;
    if (options.gradientCorrection()) {
      momentum.get().mul_(new Scalar(options.momentum())).add_(gradient);
      direction = gradient.add(momentum.get(), new Scalar(options.momentum()));
    }
    double rate = learningRate / Math.pow(steps + options.o(), options.alpha());
    set(start.sub_(direction, new Scalar(rate)));
  }

  private Tensor estimate(Closure loss, Tensor start) {
    double size = options.c() / Math.pow((double) steps, options.gamma());
    Tensor sum = torch.zeros_like(start);
    for (int draw = 0; draw < options.draws(); draw++) {
      // what a forward pass makes is as large as a training step's, and nothing of it is needed
      try (PointerScope scope = new PointerScope()) {
        Tensor direction =
            perturbations.at(steps, draw, values).to(start.device(), start.scalar_type().intern());
        double difference =
            lossAt(loss, start.add(direction, new Scalar(size)))
                - lossAt(loss, start.sub(direction, new Scalar(size)));
        sum.add_(direction.reciprocal(), new Scalar(difference / (2 * size)));
      }
    }
    return sum.div_(new Scalar(options.draws()));
  }

  private double lossAt(Closure loss, Tensor flat) {
    set(flat);
    return loss.loss(false).item_double();
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put(STEPS, torch.tensor(steps));
    if (options.gradientCorrection()) {
      state.put(MOMENTUM, momentum.get());
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
    momentum.close();
  }
}
