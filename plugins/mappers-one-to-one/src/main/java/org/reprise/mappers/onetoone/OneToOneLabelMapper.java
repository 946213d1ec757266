package org.reprise.mappers.onetoone;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.api.ReferenceState;
import org.reprise.api.Stateful;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.support.ReferenceCheckpoint;
import org.reprise.support.SavedState;

/**
 * What all one-to-one mappings share: the source label of each target label, int64 {@code [KT]} on
 * the run's device, saved as {@code sequence}. Target logit t is the logit of its source label.
 */
abstract sealed class OneToOneLabelMapper
    implements LabelMapper, MatrixMapping, Stateful, ReferenceState, Capturable
    permits RandomLabelMapper, FrequencyLabelMapper {
  private static final String SEQUENCE = "sequence";

  private final LabelMapperContext context;
  private final KeptTensor sequence = new KeptTensor();

  OneToOneLabelMapper(String name, LabelMapperContext context) {
    if (context.sourceLabels() < context.targetLabels()) {
      throw new InvalidInputException(
          String.format(
              "mapping \"%s\" gives each of the %d target labels a source label of its own, but the"
                  + " backbone has only %d; use blm, blm++ or linear",
              name, context.targetLabels(), context.sourceLabels()));
    }
    this.context = context;
  }

  /** Takes over a new sequence, int64 {@code [KT]} on any device; borrowed. */
  final void use(Tensor newSequence) {
    try (PointerScope scope = new PointerScope()) {
      // a copy: it may be part of somebody else's state, or a view of a larger tensor
      sequence.set(newSequence.to(context.device(), ScalarType.Long).clone());
    }
  }

  @Override
  public final Tensor map(Tensor logits) {
    return logits.index_select(1, sequence());
  }

  @Override
  public final Tensor matrix() {
    Tensor zeros =
        torch.zeros(
            new long[] {context.sourceLabels(), context.targetLabels()},
            new TensorOptions(ScalarType.Float).device(new DeviceOptional(context.device())));
    return zeros.scatter_(0, sequence().unsqueeze(0), new Scalar(1.0f));
  }

  @Override
  public final Map<String, Tensor> state() {
    return Map.of(SEQUENCE, sequence());
  }

  @Override
  public final void restore(Map<String, Tensor> state) {
    Tensor saved = SavedState.require(state, SEQUENCE, ScalarType.Long, context.targetLabels());
    try (PointerScope scope = new PointerScope()) {
      Tensor host = saved.cpu().contiguous();
      boolean[] taken = new boolean[context.sourceLabels()];
      for (long target = 0; target < context.targetLabels(); target++) {
        long source = host.data_ptr_long().get(target);
        if (source < 0 || source >= taken.length || taken[(int) source]) {
          throw new InvalidInputException(
              String.format(
                  "the saved tensor \"%s\" gives target label %d the source label %d; expected"
                      + " distinct ones in [0, %d)",
                  SEQUENCE, target, source, taken.length));
        }
        taken[(int) source] = true;
      }
    }
    use(saved);
  }

  @Override
  public final void restoreReference(Map<String, Tensor> checkpoint) {
    try (PointerScope scope = new PointerScope()) {
      restore(ReferenceCheckpoint.mapping(checkpoint));
    }
  }

  @Override
  public void close() {
    sequence.close();
  }

  private Tensor sequence() {
    if (!sequence.isSet()) {
      throw new IllegalStateException(
          "there is no mapping yet: observe a pass and refit first, or restore a saved one");
    }
    return sequence.get();
  }
}
