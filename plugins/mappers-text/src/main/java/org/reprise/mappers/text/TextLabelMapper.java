package org.reprise.mappers.text;

import java.util.Map;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.api.Stateful;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.support.SavedState;

/**
 * A target logit is the mean of the logits of its source labels. State: {@code classes}, int32
 * {@code [KS]}, the target label of each source label, -1 for none.
 */
final class TextLabelMapper implements LabelMapper, MatrixMapping, Stateful, Capturable {
  private static final String CLASSES = "classes";

  private final LabelMapperContext context;
  private final KeptTensor classes = new KeptTensor();
  private final KeptTensor omega = new KeptTensor();

  TextLabelMapper(LabelMapperContext context) {
    this.context = context;
    try (PointerScope scope = new PointerScope()) {
      int[] found = Naming.classes(TextFactory.NAME, context);
      use(Tensor.create(found, found.length));
    }
  }

  private void use(Tensor targets) {
    try (PointerScope scope = new PointerScope()) {
      Tensor host = targets.to(ScalarType.Int).clone();
      Tensor belongs =
          host.unsqueeze(1)
              .eq(torch.arange(new Scalar(context.targetLabels())).unsqueeze(0))
              .to(ScalarType.Float);
      classes.set(host);
      omega.set(
          belongs
              .div(belongs.sum(new long[] {0}).unsqueeze(0))
              .to(context.device(), ScalarType.Float));
    }
  }

  @Override
  public Tensor map(Tensor logits) {
    return logits.matmul(omega.get());
  }

  @Override
  public Tensor matrix() {
    return omega.get().clone();
  }

  @Override
  public Map<String, Tensor> state() {
    return Map.of(CLASSES, classes.get());
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    try (PointerScope scope = new PointerScope()) {
      Tensor saved =
          SavedState.require(state, CLASSES, ScalarType.Int, context.sourceLabels())
              .cpu()
              .contiguous();
      int[] targets = new int[context.sourceLabels()];
      new IntPointer(saved.data_ptr()).get(targets);
      boolean[] named = new boolean[context.targetLabels()];
      for (int target : targets) {
        if (target < Naming.NONE || target >= named.length) {
          throw new InvalidInputException(
              String.format(
                  "the saved tensor \"%s\" holds target label %d; expected -1 to %d",
                  CLASSES, target, named.length - 1));
        }
        if (target != Naming.NONE) {
          named[target] = true;
        }
      }
      for (int target = 0; target < named.length; target++) {
        if (!named[target]) {
          throw new InvalidInputException(
              String.format(
                  "the saved tensor \"%s\" has no source label for target label %d",
                  CLASSES, target));
        }
      }
      use(saved);
    }
  }

  @Override
  public void close() {
    classes.close();
    omega.close();
  }
}
