package org.reprise.engine.training;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.LinearHead;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.engine.device.NoGrad;

/**
 * From the network's input to target logits, for as long as the mapping stays as it is: an epoch's
 * training, or an evaluation.
 *
 * <p>Where the network ends in a matrix product ({@link LinearHead}) and the mapping is a fixed
 * matrix, the two are multiplied once, {@code weight · omega} of {@code [D,KT]}, and the {@code
 * [N,KS]} source logits are formed for evidence only, without gradients and a block of rows at a
 * time. A mapping that is trained changes with every step and is not multiplied ahead.
 */
final class Head implements AutoCloseable {
  /** Source logits formed at a time for evidence: 16 MiB. */
  private static final long BLOCK_VALUES = 1L << 22;

  private final Backbone backbone;
  private final LabelMapper mapper;
  private final int targetLabels;

  /** Columns of what the network returns: D of a linear head, else KS. */
  private final long width;

  private final KeptTensor folded = new KeptTensor(); // made at the first use

  /**
   * Prepares a head.
   *
   * @param backbone borrowed
   * @param mapper borrowed
   * @param targetLabels KT
   */
  Head(Backbone backbone, LabelMapper mapper, int targetLabels) {
    this.backbone = backbone;
    this.mapper = mapper;
    this.targetLabels = targetLabels;
    this.width = backbone instanceof LinearHead head ? features(head) : backbone.sourceLabels();
  }

  /**
   * Runs the network.
   *
   * @param input as for {@link Backbone#forward}; autocast may be on
   * @return {@code [N,D]} features, or {@code [N,KS]} logits of a network without a linear head; to
   *     be handed to the other methods, cut from the graph or not
   */
  Tensor network(Tensor input) {
    Tensor output =
        backbone instanceof LinearHead head ? head.features(input) : backbone.forward(input);
    return Returned.floating(backbone, method(), output, input.size(0), width);
  }

  /**
   * Runs the network in training.
   *
   * @param input as for {@link #network}
   * @param learned whether something that learns lies before the network
   * @return likewise, part of the graph if so
   */
  Tensor network(Tensor input, boolean learned) {
    Tensor output = network(input);
    Returned.attached(backbone, method(), output, learned);
    return output;
  }

  /** How the network is asked. */
  private String method() {
    return backbone instanceof LinearHead ? "features" : "forward";
  }

  private long features(LinearHead head) {
    Tensor weight = head.weight();
    boolean matrix = weight != null && !weight.isNull() && weight.dim() == 2;
    long features = matrix ? weight.size(0) : -1;
    Returned.float32(head, "weight", weight, features, backbone.sourceLabels());
    return features;
  }

  /**
   * Maps to target logits.
   *
   * @param output of {@link #network}
   * @return {@code [N,KT]} float32
   */
  Tensor target(Tensor output) {
    Tensor values = output.to(ScalarType.Float);
    if (!(backbone instanceof LinearHead head)) {
      return map(values);
    }
    if (!mapper.isLinear() || !mapper.parameters().isEmpty()) {
      return map(values.matmul(head.weight()));
    }
    if (!folded.isSet()) {
      try (PointerScope scope = new PointerScope();
          NoGrad noGrad = new NoGrad()) {
        folded.set(map(head.weight()));
      }
    }
    return values.matmul(folded.get());
  }

  private Tensor map(Tensor logits) {
    return Returned.float32(mapper, "map", mapper.map(logits), logits.size(0), targetLabels);
  }

  /**
   * Shows source logits to the mapper.
   *
   * @param output of {@link #network}, detached
   * @param labels {@code [N]}
   */
  void observe(Tensor output, Tensor labels) {
    if (!(backbone instanceof LinearHead head)) {
      mapper.observe(output, labels);
      return;
    }
    long rows = Math.max(1, BLOCK_VALUES / head.weight().size(1));
    for (long row = 0; row < output.size(0); row += rows) {
      try (PointerScope scope = new PointerScope();
          NoGrad noGrad = new NoGrad()) {
        long count = Math.min(rows, output.size(0) - row);
        mapper.observe(
            output.narrow(0, row, count).to(ScalarType.Float).matmul(head.weight()),
            labels.narrow(0, row, count));
      }
    }
  }

  @Override
  public void close() {
    folded.close();
  }
}
