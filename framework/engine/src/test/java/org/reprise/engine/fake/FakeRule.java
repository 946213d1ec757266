package org.reprise.engine.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.training.Closure;
import org.reprise.api.training.UpdateRule;
import org.reprise.engine.fake.Plan.RuleKind;
import org.reprise.support.SavedState;

/**
 * Puts its parameter where the script says, or one further, whatever the gradients are; remembers
 * what it was handed.
 */
public class FakeRule implements UpdateRule {
  private final Tensor parameter;
  private final double rate;
  private final boolean scripted;
  private final RuleKind kind;
  private final KeptTensor steps;
  private final List<Double> rates = new ArrayList<>();
  private final List<Double> gradients = new ArrayList<>();
  private final List<Double> asked = new ArrayList<>();
  private int closed;

  /**
   * Makes a rule.
   *
   * @param parameter one number
   * @param rate before any schedule
   * @param scripted whether it follows the script, instead of adding 1
   * @param kind how it asks for the loss
   */
  public FakeRule(Tensor parameter, double rate, boolean scripted, RuleKind kind) {
    this.parameter = parameter;
    this.rate = rate;
    this.scripted = scripted;
    this.kind = kind;
    try (PointerScope scope = new PointerScope()) {
      this.steps = new KeptTensor(torch.zeros(1).to(ScalarType.Long));
    }
  }

  @Override
  public void step(Closure loss, double learningRate) {
    rates.add(learningRate);
    Tensor gradient = parameter.grad();
    if (gradient.defined()) {
      gradients.add(gradient.item_double());
    }
    if (kind != RuleKind.GRADIENTS) {
      asked.add(loss.loss(false).item_double());
    }
    double now = scripted ? Plan.script(steps.get().item_long()) : parameter.item_double() + 1;
    parameter.fill_(new Scalar(now));
    steps.get().add_(new Scalar(1));
    if (kind != RuleKind.GRADIENTS) {
      asked.add(loss.loss(kind == RuleKind.ASKING_AGAIN).item_double());
    }
  }

  @Override
  public double learningRate() {
    return rate;
  }

  @Override
  public boolean usesGradients() {
    return kind != RuleKind.WITHOUT_GRADIENTS;
  }

  /** Returns the rate of each step. */
  public List<Double> rates() {
    return rates;
  }

  /** Returns the gradient at the beginning of each step that had one. */
  public List<Double> gradients() {
    return gradients;
  }

  /** Returns what the loss was before and after each move, where it asked. */
  public List<Double> asked() {
    return asked;
  }

  @Override
  public Map<String, Tensor> state() {
    return Map.of("steps", steps.get());
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    SavedState.copyInto(steps.get(), state.get("steps"));
  }

  /** Returns how often it was closed. */
  public int closed() {
    return closed;
  }

  @Override
  public void close() {
    closed++;
    steps.close();
  }
}
