package org.reprise.engine.training;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Pass;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.device.NoGrad;

/**
 * From the network's input to target logits, over the batches of one pass, in which the mapping is
 * not refitted.
 *
 * <p>Where the network ends in a matrix product ({@link Head}) and the mapping is a matrix that
 * stays as it is, the two are multiplied once, {@code weight · omega} of {@code [D,KT]}, and the
 * {@code [N,KS]} source logits are formed for evidence only, without gradients and a block of rows
 * at a time. A mapping or a network that is being trained changes with every step: nothing is
 * multiplied ahead.
 */
public final class Forward implements AutoCloseable {
  /** Source logits formed at a time for evidence: 16 MiB. */
  private static final long BLOCK_VALUES = 1L << 22;

  /** What a pass leaves as it is. */
  public enum Fixed {
    /** Everything: an evaluation, a pass for evidence. */
    ALL,
    /** Nothing that learns. */
    NOTHING
  }

  private final Model model;
  private final Backbone backbone;
  private final int views;
  private final Optional<Head> head;

  /** Columns of what the network returns: D of a head, else KS. */
  private final long width;

  private final boolean foldable;
  private final Pass pass;
  private final KeptTensor folded = new KeptTensor(); // made at the first use
  private final KeptTensor offset = new KeptTensor(); // likewise; empty where nothing is added

  /**
   * Begins a pass.
   *
   * @param model borrowed
   * @param fixed what stays as it is until this is closed
   */
  public Forward(Model model, Fixed fixed) {
    this.model = model;
    this.backbone = model.backbone();
    this.views = model.prompt().views();
    this.head = backbone instanceof Head found ? Optional.of(found) : Optional.empty();
    this.width = head.isPresent() ? features(head.get()) : backbone.sourceLabels();
    this.foldable =
        head.isPresent()
            && views == 1
            && model.mapper() instanceof MatrixMapping
            && (fixed == Fixed.ALL
                || (!Returned.learns(model.mapper()) && !Returned.learns(backbone)));
    boolean promptFixed = fixed == Fixed.ALL || !Returned.learns(model.prompt());
    this.pass = head.isPresent() ? head.get().featurePass(promptFixed) : backbone.pass(promptFixed);
  }

  /**
   * Runs the network.
   *
   * @param input what the prompt made; autocast may be on
   * @return {@code [V·N,D]} features, or {@code [V·N,KS]} logits of a network without a head; to be
   *     handed to the other methods, cut from the graph or not
   */
  public Tensor network(NetworkInput input) {
    Tensor given = input instanceof NetworkInput.Framed framed ? framed.window() : input.whole();
    Tensor output = pass.run(input);
    Returned.floating(backbone, method(), output, given.size(0), width);
    Returned.filled(backbone, method(), output, given);
    return output;
  }

  /** Insists that the network's output depends on its input, where something before it learns. */
  void requireAttached(Tensor output, boolean learned) {
    Returned.attached(backbone, method(), output, learned);
  }

  /** How the network is asked. */
  private String method() {
    return head.isPresent() ? "features" : "forward";
  }

  private long features(Head found) {
    Tensor weight = found.weight();
    boolean matrix = weight != null && !weight.isNull() && weight.dim() == 2;
    long features = matrix ? weight.size(0) : -1;
    Returned.float32(found, "weight", weight, features, backbone.sourceLabels());
    found.bias().ifPresent(bias -> Returned.float32(found, "bias", bias, backbone.sourceLabels()));
    return features;
  }

  /**
   * Maps to target logits.
   *
   * @param output of {@link #network}
   * @return {@code [N,KT]} float32
   */
  Tensor target(Tensor output) {
    if (foldable) {
      return folded(output.to(ScalarType.Float));
    }
    Tensor logits = source(output).to(ScalarType.Float);
    Tensor target = model.mapper().map(logits);
    Returned.float32(model.mapper(), "map", target, logits.size(0), model.targetLabels());
    Returned.filled(model.mapper(), "map", target, logits);
    return target;
  }

  private Tensor folded(Tensor features) {
    if (!folded.isSet()) {
      fold((MatrixMapping) model.mapper());
    }
    Tensor target = features.matmul(folded.get());
    return offset.isSet() ? target.add(offset.get()) : target;
  }

  private void fold(MatrixMapping mapping) {
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      Tensor omega =
          Returned.float32(
              mapping, "matrix", mapping.matrix(), backbone.sourceLabels(), model.targetLabels());
      Optional<Tensor> networks = head.orElseThrow().bias().map(bias -> bias.matmul(omega));
      Optional<Tensor> mappings = mapping.bias();
      if (networks.isPresent() || mappings.isPresent()) {
        offset.set(
            networks.isPresent() && mappings.isPresent()
                ? networks.get().add(mappings.get())
                : networks.or(() -> mappings).orElseThrow());
      }
      folded.set(head.orElseThrow().weight().matmul(omega));
    }
  }

  /**
   * Returns source logits.
   *
   * @param output of {@link #network}
   * @return {@code [N,V·KS]}, view by view; float32 where the network has a head, else in the dtype
   *     of the output
   */
  public Tensor source(Tensor output) {
    Tensor logits = output;
    if (head.isPresent()) {
      Tensor product = output.to(ScalarType.Float).matmul(head.get().weight());
      logits = head.get().bias().map(product::add).orElse(product);
    }
    return views == 1
        ? logits
        : logits
            .reshape(views, logits.size(0) / views, logits.size(1))
            .permute(1, 0, 2)
            .flatten(1, 2);
  }

  /**
   * Shows source logits to a mapper.
   *
   * @param mapper this model's
   * @param output of {@link #network}, detached
   * @param labels {@code [N]}
   */
  void observe(EvidenceBased mapper, Tensor output, Tensor labels) {
    if (head.isEmpty() || views > 1) {
      mapper.observe(source(output), labels);
      return;
    }
    long rows = Math.max(1, BLOCK_VALUES / backbone.sourceLabels());
    for (long row = 0; row < output.size(0); row += rows) {
      try (PointerScope scope = new PointerScope();
          NoGrad noGrad = new NoGrad()) {
        long count = Math.min(rows, output.size(0) - row);
        mapper.observe(source(output.narrow(0, row, count)), labels.narrow(0, row, count));
      }
    }
  }

  @Override
  public void close() {
    Closing.all(folded, offset, pass);
  }
}
