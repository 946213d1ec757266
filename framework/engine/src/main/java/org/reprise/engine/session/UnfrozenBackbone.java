package org.reprise.engine.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.backbone.Unfreezable;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.RuleSpec;
import org.reprise.engine.plan.BackboneOptions;

/**
 * A network whose weights are trained. It has no {@link org.reprise.api.backbone.Head} and no pass
 * of its own: nothing about it stays the same from step to step.
 */
class UnfrozenBackbone extends AroundBackbone implements Trainable {
  private final Unfreezable weights;
  private final Optional<RuleSpec> rule;

  private UnfrozenBackbone(Backbone network, Unfreezable weights, Optional<RuleSpec> rule) {
    super(network);
    this.weights = weights;
    this.rule = rule;
  }

  /**
   * Unfreezes a network.
   *
   * @param used what runs of it; taken over
   * @param made the network itself
   * @param options what moves the weights
   * @param name of it, for messages
   * @throws InvalidInputException if its weights cannot be trained
   */
  static Backbone of(Backbone used, Backbone made, BackboneOptions options, String name) {
    if (!(made instanceof Unfreezable weights)) {
      throw new InvalidInputException(
          "backbone.trainable: true was asked for, but the weights of "
              + name
              + " cannot be trained (it has not the ability Unfreezable)");
    }
    Optional<RuleSpec> rule =
        options.optimizer().map(block -> new RuleSpec(block.name(), block.options()));
    weights.unfreeze();
    return made instanceof PreparedInput prepared
        ? new Prepared(used, weights, rule, prepared.preparation())
        : new UnfrozenBackbone(used, weights, rule);
  }

  /** One that says how images are to be resized and cropped for it. */
  private static final class Prepared extends UnfrozenBackbone implements PreparedInput {
    private final ImagePreparation preparation;

    Prepared(
        Backbone network,
        Unfreezable weights,
        Optional<RuleSpec> rule,
        ImagePreparation preparation) {
      super(network, weights, rule);
      this.preparation = preparation;
    }

    @Override
    public ImagePreparation preparation() {
      return preparation;
    }
  }

  @Override
  public List<ParameterGroup> parameters() {
    return weights.unfreeze().stream()
        .map(group -> new ParameterGroup(group.tensors(), rule.or(group::rule), group.schedule()))
        .toList();
  }

  @Override
  public Map<String, Tensor> state() {
    return weights.state();
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    weights.restore(state);
  }

  @Override
  public BorderSaving borderSaving(Framing framing) {
    return BorderSaving.none("its weights are trained");
  }
}
