package org.reprise.mappers.ids;

import java.util.Arrays;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.api.Stateful;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.support.SavedState;

/**
 * What mappings by ids share: each target label has q source labels, and its logit is the mean of
 * theirs. A source label may serve several target labels. State: {@code ids}, int64 {@code [KT,q]}.
 */
class IdsLabelMapper implements LabelMapper, MatrixMapping, Stateful {
  private static final String IDS = "ids";

  private final LabelMapperContext context;
  private final int each;
  private final KeptTensor ids = new KeptTensor();

  /**
   * Makes a mapper without a mapping.
   *
   * @param context KS, KT and the device
   * @param each q, the source labels of a target label
   */
  IdsLabelMapper(LabelMapperContext context, int each) {
    this.context = context;
    this.each = each;
  }

  /** Makes a mapper with a mapping, {@code [KT][q]}. */
  IdsLabelMapper(LabelMapperContext context, long[][] given) {
    this(context, given[0].length);
    use(given);
  }

  /**
   * Refuses what needs more source labels than there are.
   *
   * @param name what messages call the mapping
   * @param each source labels of their own for each target label
   */
  static void requireSources(String name, LabelMapperContext context, int each) {
    long needed = (long) context.targetLabels() * each;
    if (context.sourceLabels() < needed) {
      throw new InvalidInputException(
          String.format(
              "mapping \"%s\" gives each of the %d target labels %d source label(s) of its own, %d"
                  + " in all, but the backbone has only %d",
              name, context.targetLabels(), each, needed, context.sourceLabels()));
    }
  }

  /** Takes over a new mapping, {@code [KT][q]}. */
  final void use(long[][] given) {
    try (PointerScope scope = new PointerScope()) {
      long[] flat = Arrays.stream(given).flatMapToLong(Arrays::stream).toArray();
      ids.set(
          Tensor.create(flat, context.targetLabels(), each).to(context.device(), ScalarType.Long));
    }
  }

  @Override
  public final Tensor map(Tensor logits) {
    Tensor own = logits.index_select(1, kept().flatten());
    return each == 1 ? own : own.reshape(logits.size(0), -1, each).mean(2);
  }

  @Override
  public final Tensor matrix() {
    Tensor zeros =
        torch.zeros(
            new long[] {context.sourceLabels(), context.targetLabels()},
            new TensorOptions(ScalarType.Float).device(new DeviceOptional(context.device())));
    return zeros.scatter_(0, kept().t(), new Scalar(1.0f / each));
  }

  @Override
  public final Map<String, Tensor> state() {
    return Map.of(IDS, kept());
  }

  @Override
  public final void restore(Map<String, Tensor> state) {
    Tensor saved = SavedState.require(state, IDS, ScalarType.Long, context.targetLabels(), each);
    long[][] restored = new long[context.targetLabels()][each];
    try (PointerScope scope = new PointerScope()) {
      Tensor host = saved.cpu().contiguous();
      for (int target = 0; target < restored.length; target++) {
        for (int i = 0; i < each; i++) {
          restored[target][i] = host.data_ptr_long().get((long) target * each + i);
        }
        requireIds(restored[target], target);
      }
    }
    use(restored);
  }

  private void requireIds(long[] own, int target) {
    boolean inRange = Arrays.stream(own).allMatch(id -> id >= 0 && id < context.sourceLabels());
    if (!inRange || Arrays.stream(own).distinct().count() < own.length) {
      throw new InvalidInputException(
          String.format(
              "the saved tensor \"%s\" gives target label %d the source labels %s; expected distinct"
                  + " ones in [0, %d)",
              IDS, target, Arrays.toString(own), context.sourceLabels()));
    }
  }

  @Override
  public void close() {
    ids.close();
  }

  private Tensor kept() {
    if (!ids.isSet()) {
      throw new IllegalStateException(
          "there is no mapping yet: observe a pass and refit first, or restore a saved one");
    }
    return ids.get();
  }
}
