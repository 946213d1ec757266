package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.device.NoGrad;

/**
 * Everything that training changes: prompt, mapper, a backbone that is trained, update rules, loss
 * scale. What a checkpoint holds of them has the names of {@link States}.
 */
final class TrainingState implements AutoCloseable {
  private final Model model;
  private final UpdateRules rules;
  private final LossScale lossScale;
  private final boolean ahead;

  /**
   * Prepares the state of a run that begins.
   *
   * @param model borrowed
   * @param maker makes the update rules
   * @param type dtype of the network in training
   * @param onDevice whether update rules that can are to step without being waited for
   */
  TrainingState(Model model, UpdateRules.Maker maker, ScalarType type, boolean onDevice) {
    this.model = model;
    this.rules = new UpdateRules(model.parameters(), maker, onDevice);
    this.ahead = onDevice && rules.areOfTheDevice();
    List<Tensor> parameters = rules.parameters();
    try (Device device = parameters.isEmpty() ? new Device("cpu") : parameters.get(0).device()) {
      this.lossScale = new LossScale(type, device);
    }
  }

  UpdateRules rules() {
    return rules;
  }

  LossScale lossScale() {
    return lossScale;
  }

  /** Tells whether a step can be left to the device, as {@link #move}. */
  boolean isAhead() {
    return ahead;
  }

  /**
   * Takes the step that the gradients ask for, at the rates that were set, or leaves it out where
   * half precision made them infinite: the device decides, and all stays as it was.
   *
   * @param samples of the step's batch
   * @return whether the gradients are not finite at any scale, one bool of the caller's scope;
   *     empty where nothing is scaled
   */
  Optional<Tensor> move(int samples) {
    Optional<LossScale.Outcome> outcome = lossScale.unscale(parameters());
    if (outcome.isEmpty()) {
      rules.stepOnDevice(samples);
      return Optional.empty();
    }
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      List<Tensor> moved = new ArrayList<>(parameters());
      moved.addAll(rules.state().values());
      List<Tensor> before = moved.stream().map(Tensor::clone).toList();
      rules.stepOnDevice(samples);
      Tensor which = outcome.get().finite().to(ScalarType.Long).reshape(1, 1);
      for (int i = 0; i < moved.size(); i++) {
        Tensor after = moved.get(i);
        TensorVector both = new TensorVector(before.get(i).reshape(1, -1), after.reshape(1, -1));
        after.copy_(torch.cat(both).gather(0, which.expand(1, after.numel())).view_as(after));
      }
    }
    return Optional.of(outcome.get().hopeless());
  }

  /** Takes over a saved state. */
  void restore(Map<String, Tensor> state) {
    States.restore(model.prompt(), state, States.PROMPT);
    States.restore(model.mapper(), state, States.MAPPER_NEXT);
    States.restoreTrained(model.backbone(), state);
    rules.restore(States.under(state, States.OPTIMIZER));
    lossScale.restore(States.under(state, States.LOSS_SCALE));
  }

  /**
   * Saves everything; the mapper may be refitted meanwhile.
   *
   * @param refit makes the mapping of the next epoch, where there is one to make
   * @return tensors by name, of the caller's scope or borrowed until something changes
   */
  Map<String, Tensor> save(Runnable refit) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    // copies: refitting frees or changes what it replaces
    States.of(model.mapper())
        .forEach((name, tensor) -> state.put(States.MAPPER + name, tensor.clone()));
    refit.run();
    States.put(state, States.MAPPER_NEXT, States.of(model.mapper()));
    States.put(state, States.PROMPT, States.of(model.prompt()));
    States.put(state, States.BACKBONE, States.ofTrained(model.backbone()));
    States.put(state, States.OPTIMIZER, rules.state());
    States.put(state, States.LOSS_SCALE, lossScale.state());
    return state;
  }

  /** Returns everything that is trained, by place; borrowed. */
  Map<String, Tensor> named() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    parameters().forEach(tensor -> named.put("parameter " + named.size(), tensor));
    return named;
  }

  /** Returns everything that is trained; borrowed. */
  List<Tensor> parameters() {
    return rules.parameters();
  }

  @Override
  public void close() {
    Closing.all(rules, lossScale);
  }
}
