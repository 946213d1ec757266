package org.reprise.engine.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Everything that training changes: prompt, mapper, a backbone that is trained, update rules, loss
 * scale. What a checkpoint holds of them has the names of {@link States}.
 */
final class TrainingState implements AutoCloseable {
  private final Model model;
  private final UpdateRules rules;
  private final LossScale lossScale;

  /**
   * Prepares the state of a run that begins.
   *
   * @param model borrowed
   * @param maker makes the update rules
   * @param type dtype of the network in training
   */
  TrainingState(Model model, UpdateRules.Maker maker, ScalarType type) {
    this.model = model;
    this.rules = new UpdateRules(model.parameters(), maker);
    this.lossScale = new LossScale(type);
  }

  UpdateRules rules() {
    return rules;
  }

  LossScale lossScale() {
    return lossScale;
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
    rules.close();
  }
}
