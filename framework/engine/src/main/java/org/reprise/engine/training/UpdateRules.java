package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.KeptTensor;
import org.reprise.api.training.Closure;
import org.reprise.api.training.DeviceRule;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.UpdateRule;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.device.NoGrad;

/** One update rule for each parameter group of a run. */
public final class UpdateRules implements AutoCloseable {

  /** Makes the rule of a group. */
  public interface Maker {
    /**
     * Makes a rule.
     *
     * @param group whose tensors it moves, by the rule that it names or else the experiment's
     * @param index the group's place in the run
     * @return a new rule, which the caller closes
     */
    UpdateRule make(ParameterGroup group, int index);
  }

  private final List<ParameterGroup> groups;
  private final List<UpdateRule> rules = new ArrayList<>();
  private final List<Tensor> parameters = new ArrayList<>();

  /** Of each rule, where the device is told the rate; else nothing is held. */
  private final List<KeptTensor> rates = new ArrayList<>();

  /**
   * Makes the rules.
   *
   * @param groups what is trained
   * @param maker makes the rule of each
   * @param onDevice whether those that can are to step without being waited for
   */
  UpdateRules(List<ParameterGroup> groups, Maker maker, boolean onDevice) {
    this.groups = List.copyOf(groups);
    try {
      for (ParameterGroup group : groups) {
        parameters.addAll(group.tensors());
        UpdateRule rule = maker.make(group, rules.size());
        rules.add(rule);
        rates.add(rate(rule, onDevice));
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, Stream.concat(rules.stream(), rates.stream()).toList());
      throw e;
    }
  }

  /** Returns room for a rule's rate on the device: float64 {@code []}, or nothing. */
  private KeptTensor rate(UpdateRule rule, boolean onDevice) {
    KeptTensor rate = new KeptTensor();
    if (onDevice && rule instanceof DeviceRule && !parameters.isEmpty()) {
      try (PointerScope scope = new PointerScope()) {
        rate.set(
            torch.zeros(new long[] {}).to(parameters.get(0).device(), torch.ScalarType.Double));
      }
    }
    return rate;
  }

  /** Returns all that is trained; borrowed. */
  List<Tensor> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  /** Tells whether a step needs gradients. */
  boolean useGradients() {
    return rules.stream().anyMatch(UpdateRule::usesGradients);
  }

  /** Forgets the gradients, so that the next ones are kept as they come, without an addition. */
  void forgetGradients() {
    for (Tensor parameter : parameters) {
      parameter.mutable_grad().reset();
    }
  }

  /** Tells whether all rules can step without being waited for. */
  boolean areOfTheDevice() {
    return !rules.isEmpty() && rules.stream().allMatch(DeviceRule.class::isInstance);
  }

  /** Moves every group, in order. */
  void step(Closure loss, LearningRate rate, int epoch, int step) {
    setRates(rate, epoch, step);
    try (NoGrad noGrad = new NoGrad()) {
      for (int i = 0; i < rules.size(); i++) {
        if (rates.get(i).isSet()) {
          ((DeviceRule) rules.get(i)).step(rates.get(i).get(), loss.samples());
        } else {
          rules.get(i).step(loss, rate(i, rate, epoch, step));
        }
      }
    }
  }

  /** Tells the device the rates of a step. */
  void setRates(LearningRate rate, int epoch, int step) {
    for (int i = 0; i < rules.size(); i++) {
      if (rates.get(i).isSet()) {
        rates.get(i).get().fill_(new Scalar(rate(i, rate, epoch, step)));
      }
    }
  }

  /**
   * Moves every group, in order, at the rates that were set; all are rules of the device.
   *
   * @param samples of the step's batch
   */
  void stepOnDevice(int samples) {
    try (NoGrad noGrad = new NoGrad()) {
      for (int i = 0; i < rules.size(); i++) {
        ((DeviceRule) rules.get(i)).step(rates.get(i).get(), samples);
      }
    }
  }

  private double rate(int group, LearningRate rate, int epoch, int step) {
    double initial = rules.get(group).learningRate();
    return switch (groups.get(group).schedule()) {
      case FOLLOW -> rate.at(initial, epoch, step);
      case CONSTANT -> initial;
    };
  }

  /** Returns the first group's rate at an epoch's first step; empty where nothing is trained. */
  OptionalDouble firstRate(LearningRate rate, int epoch) {
    return rules.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(rate(0, rate, epoch, 0));
  }

  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int i = 0; i < rules.size(); i++) {
      States.put(state, i + ".", States.of(rules.get(i)));
    }
    return state;
  }

  void restore(Map<String, Tensor> state) {
    for (int i = 0; i < rules.size(); i++) {
      rules.get(i).restore(States.under(state, i + "."));
    }
  }

  @Override
  public void close() {
    Closing.all(Stream.concat(rules.stream(), rates.stream()).toList());
  }
}
