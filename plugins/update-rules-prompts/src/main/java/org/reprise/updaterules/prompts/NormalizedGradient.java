package org.reprise.updaterules.prompts;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.training.Closure;
import org.reprise.api.training.DeviceRule;

/**
 * Steps of a fixed length: {@code p -= rate · G / (|G| + eps)}, |G| the Euclidean norm over all of
 * the group's gradients. Wu et al., <i>Unleashing the Power of Visual Prompting At the Pixel
 * Level</i>, TMLR 2024. Nothing is kept from step to step.
 *
 * <p>G is the mean, not the sum, of what each sample of the batch adds to the gradient; that
 * matters only beside {@code eps}.
 */
final class NormalizedGradient implements DeviceRule {
  private final List<Tensor> parameters;
  private final NormalizedGradientOptions options;

  NormalizedGradient(List<Tensor> parameters, NormalizedGradientOptions options) {
    this.parameters = List.copyOf(parameters);
    this.options = options;
  }

  @Override
  public double learningRate() {
    return options.lr();
  }

  @Override
  public void step(Closure loss, double learningRate) {
    Scalar rate = new Scalar(learningRate);
    move(loss.samples(), (parameter, direction) -> parameter.sub_(direction, rate));
  }

  @Override
  public void step(Tensor learningRate, int samples) {
    Tensor rate = learningRate.to(ScalarType.Float);
    move(samples, (parameter, direction) -> parameter.sub_(direction.mul(rate)));
  }

  private void move(int samples, BiConsumer<Tensor, Tensor> along) {
    List<Tensor> reached =
        parameters.stream().filter(parameter -> parameter.grad().defined()).toList();
    if (reached.isEmpty()) {
      return;
    }
    Scalar perSample = new Scalar(1.0 / samples);
    List<Tensor> gradients = reached.stream().map(p -> p.grad().mul(perSample)).toList();
    Tensor norm =
        gradients.stream()
            .map(gradient -> gradient.mul(gradient).sum())
            .reduce(Tensor::add)
            .orElseThrow()
            .sqrt()
            .add(new Scalar(options.eps()));
    for (int i = 0; i < reached.size(); i++) {
      along.accept(reached.get(i), gradients.get(i).div(norm));
    }
  }

  @Override
  public Map<String, Tensor> state() {
    return Map.of();
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    // nothing is kept
  }

  @Override
  public void close() {
    // nothing is held
  }
}
