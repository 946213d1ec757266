package org.reprise.updaterules.prompts;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.training.Closure;
import org.reprise.api.training.UpdateRule;

/**
 * Steps of a fixed length: {@code p -= rate · G / (|G| + eps)}, |G| the Euclidean norm over all of
 * the group's gradients. Wu et al., <i>Unleashing the Power of Visual Prompting At the Pixel
 * Level</i>, TMLR 2024. Nothing is kept from step to step.
 *
 * <p>G is the mean, not the sum, of what each sample of the batch adds to the gradient; that
 * matters only beside {@code eps}.
 */
final class NormalizedGradient implements UpdateRule {
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
    List<Tensor> reached =
        parameters.stream().filter(parameter -> parameter.grad().defined()).toList();
    if (reached.isEmpty()) {
      return;
    }
    Scalar perSample = new Scalar(1.0 / loss.samples());
    List<Tensor> gradients = reached.stream().map(p -> p.grad().mul(perSample)).toList();
    Tensor norm =
        gradients.stream()
            .map(gradient -> gradient.mul(gradient).sum())
            .reduce(Tensor::add)
            .orElseThrow()
            .sqrt()
            .add(new Scalar(options.eps()));
    for (int i = 0; i < reached.size(); i++) {
      reached.get(i).sub_(gradients.get(i).div(norm), new Scalar(learningRate));
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
