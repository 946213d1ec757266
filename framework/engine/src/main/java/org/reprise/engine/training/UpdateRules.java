package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.training.Closure;
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

  UpdateRules(List<ParameterGroup> groups, Maker maker) {
    this.groups = List.copyOf(groups);
    try {
      for (ParameterGroup group : groups) {
        parameters.addAll(group.tensors());
        rules.add(maker.make(group, rules.size()));
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, rules);
      throw e;
    }
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

  /** Moves every group, in order. */
  void step(Closure loss, LearningRate rate, int epoch, int step) {
    try (NoGrad noGrad = new NoGrad()) {
      for (int i = 0; i < rules.size(); i++) {
        rules.get(i).step(loss, rate(i, rate, epoch, step));
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
    Closing.all(rules);
  }
}
