package org.reprise.mappers.linear;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.Stateful;
import org.reprise.api.Trainable;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.RuleSpec;
import org.reprise.support.SavedState;

/**
 * {@code f(logits) · (I + E)} of another mapping f and a trained E {@code [KT,KT]}, zero at first.
 * State: {@code residual}, float32, beside what f saves.
 */
class ResidualLabelMapper implements LabelMapper, MatrixMapping, Trainable, Capturable {
  private static final String RESIDUAL = "residual";

  private final LabelMapper inner;
  private final double lr;
  private final KeptTensor residual;
  private final KeptTensor identity;

  private ResidualLabelMapper(LabelMapper inner, double lr, LabelMapperContext context) {
    this.inner = inner;
    this.lr = lr;
    int targets = context.targetLabels();
    try (PointerScope scope = new PointerScope()) {
      Tensor zeros =
          torch.zeros(new long[] {targets, targets}, new TensorOptions(ScalarType.Float));
      residual = new KeptTensor(zeros.to(context.device(), ScalarType.Float).requires_grad_(true));
      identity = new KeptTensor(torch.eye(targets).to(context.device(), ScalarType.Float));
    }
  }

  /**
   * Puts a residual behind a mapping.
   *
   * @param inner a mapping by a matrix; closed with the result
   * @param lr of the residual's Adam
   * @param context KT and the device
   * @return a mapper that wants evidence where {@code inner} does
   */
  static LabelMapper behind(LabelMapper inner, double lr, LabelMapperContext context) {
    return inner instanceof EvidenceBased evidence
        ? new Counted(inner, evidence, lr, context)
        : new ResidualLabelMapper(inner, lr, context);
  }

  /** Behind a mapping that is estimated from evidence. */
  private static final class Counted extends ResidualLabelMapper implements EvidenceBased {
    private final EvidenceBased evidence;

    Counted(LabelMapper inner, EvidenceBased evidence, double lr, LabelMapperContext context) {
      super(inner, lr, context);
      this.evidence = evidence;
    }

    @Override
    public Evidence evidence() {
      return evidence.evidence();
    }

    @Override
    public int interval() {
      return evidence.interval();
    }

    @Override
    public void observe(Tensor logits, Tensor labels) {
      evidence.observe(logits, labels);
    }

    @Override
    public void refit() {
      evidence.refit();
    }
  }

  @Override
  public Tensor map(Tensor logits) {
    return inner.map(logits).matmul(correction());
  }

  @Override
  public Tensor matrix() {
    return ((MatrixMapping) inner).matrix().matmul(correction().detach());
  }

  @Override
  public Optional<Tensor> bias() {
    return ((MatrixMapping) inner).bias().map(bias -> bias.matmul(correction().detach()));
  }

  private Tensor correction() {
    return identity.get().add(residual.get());
  }

  @Override
  public List<ParameterGroup> parameters() {
    List<ParameterGroup> groups = new ArrayList<>();
    if (inner instanceof Trainable trainable) {
      groups.addAll(trainable.parameters());
    }
    groups.add(ParameterGroup.of(new RuleSpec("adam", Map.of("lr", lr)), List.of(residual.get())));
    return groups;
  }

  @Override
  public Optional<String> notCapturable() {
    return Capturable.whyNot(inner);
  }

  @Override
  public void stepped() {
    if (inner instanceof Trainable trainable) {
      trainable.stepped();
    }
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    if (inner instanceof Stateful stateful) {
      state.putAll(stateful.state());
    }
    state.put(RESIDUAL, residual.get());
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    Tensor saved = SavedState.require(state, RESIDUAL, ScalarType.Float, residual.get().shape());
    if (inner instanceof Stateful stateful) {
      stateful.restore(state); // changes nothing where it refuses
    }
    SavedState.copyInto(residual.get(), saved);
  }

  @Override
  public void close() {
    inner.close();
    residual.close();
    identity.close();
  }
}
