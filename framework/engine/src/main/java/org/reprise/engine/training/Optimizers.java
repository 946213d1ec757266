package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.training.OptimizerSpec;
import org.reprise.api.training.ParameterGroup;
import org.reprise.engine.device.NoGrad;

/** One optimiser for each parameter group of a run, all on one schedule. */
final class Optimizers implements AutoCloseable {
  private final List<Optimizer> optimizers = new ArrayList<>();
  private final List<Tensor> parameters = new ArrayList<>();

  Optimizers(List<ParameterGroup> groups, OptimizerSpec standard) {
    for (ParameterGroup group : groups) {
      OptimizerSpec spec = group.optimizer().orElse(standard);
      parameters.addAll(group.tensors());
      if (spec instanceof OptimizerSpec.Adam adam) {
        optimizers.add(new Adam(group.tensors(), adam.lr()));
      } else if (spec instanceof OptimizerSpec.Sgd sgd) {
        optimizers.add(new Sgd(group.tensors(), sgd.lr(), sgd.momentum()));
      }
    }
  }

  /** Returns all that is trained; borrowed. */
  List<Tensor> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  /** Forgets the gradients, so that the next ones are kept as they come, without an addition. */
  void forgetGradients() {
    for (Tensor parameter : parameters) {
      parameter.mutable_grad().reset();
    }
  }

  void step(LearningRate rate, int epoch, int step) {
    try (NoGrad noGrad = new NoGrad()) {
      for (Optimizer optimizer : optimizers) {
        optimizer.step(rate.at(optimizer.initialRate(), epoch, step));
      }
    }
  }

  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int i = 0; i < optimizers.size(); i++) {
      String prefix = i + ".";
      optimizers.get(i).state().forEach((name, tensor) -> state.put(prefix + name, tensor));
    }
    return state;
  }

  void restore(Map<String, Tensor> state) {
    for (int i = 0; i < optimizers.size(); i++) {
      optimizers.get(i).restore(States.under(state, i + "."));
    }
  }

  @Override
  public void close() {
    optimizers.forEach(Optimizer::close);
  }
}
