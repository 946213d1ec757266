package org.reprise.mappers.text;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.support.CountingMapper;

/**
 * A block matrix: column t holds weights of the texts of class t, and zeros elsewhere. J counts,
 * for each image, the k texts of its own class with the largest logits; each column is divided by
 * its sum. A class without images weighs its texts alike.
 */
final class DvpLabelMapper extends CountingMapper {
  private final int chosen;
  private final KeptTensor index = new KeptTensor(); // [KT,M]
  private final KeptTensor filling = new KeptTensor(); // the same
  private final KeptTensor classes = new KeptTensor(); // [KS,1]

  /**
   * Makes a mapper without a mapping.
   *
   * @param texts the source labels of each class
   * @param topK k; a class of fewer texts has all of them counted
   * @param context KS, KT and the device
   */
  DvpLabelMapper(TextBlocks texts, int topK, LabelMapperContext context) {
    super(context);
    chosen = Math.min(topK, texts.width());
    try (PointerScope scope = new PointerScope()) {
      index.set(texts.index().to(context.device(), ScalarType.Long));
      filling.set(texts.filling().to(context.device(), ScalarType.Bool));
      classes.set(
          Tensor.create(classes(texts, context.sourceLabels()), context.sourceLabels(), 1)
              .to(context.device(), ScalarType.Long));
    }
  }

  private static long[] classes(TextBlocks texts, int sources) {
    long[] classes = new long[sources];
    Arrays.fill(classes, Naming.NONE);
    for (int block = 0; block < texts.ids().length; block++) {
      for (int i = 0; i < texts.sizes()[block]; i++) {
        classes[(int) texts.ids()[block][i]] = block;
      }
    }
    return classes;
  }

  @Override
  protected void count(JointCounts counts, Tensor logits, Tensor labels) {
    try (PointerScope scope = new PointerScope()) {
      Tensor ids = index.get().index_select(0, labels);
      Tensor own = logits.gather(1, ids);
      if (!own.isfinite().all().item_bool()) {
        throw new NonFiniteLogitsException("a logit is NaN or infinite");
      }
      Tensor none = filling.get().index_select(0, labels);
      Tensor places =
          own.masked_fill(none, new Scalar(Double.NEGATIVE_INFINITY))
              .topk(chosen, 1, true, false)
              .get1();
      Tensor weights = none.gather(1, places).logical_not().to(ScalarType.Float);
      counts.add(ids.gather(1, places), weights, labels);
    }
  }

  @Override
  protected Tensor omega(Tensor counts) {
    Tensor mass = sum(counts);
    Tensor unseen = mass.eq(new Scalar(0.0));
    Tensor weights = counts.div_(mass.masked_fill(unseen, new Scalar(1.0)));
    if (!unseen.any().item_bool()) {
      return weights;
    }
    TensorOptions there =
        new TensorOptions(ScalarType.Long).device(new DeviceOptional(counts.device()));
    Tensor own =
        classes.get().eq(torch.arange(new Scalar(counts.size(1)), there)).to(ScalarType.Double);
    return torch.where(unseen, own.div(sum(own)), weights);
  }

  private static Tensor sum(Tensor matrix) {
    return matrix.sum(new long[] {0}, true, new ScalarTypeOptional());
  }

  @Override
  public void close() {
    super.close();
    index.close();
    filling.close();
    classes.close();
  }
}
