package org.reprise.mappers.text;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;

/**
 * For each group of texts and each class the mean of the k largest logits of its texts, chosen anew
 * for each image; a target logit is the weighted sum over the groups. Where a class has fewer than
 * k texts all of them count. The gradient flows through the chosen ones only.
 */
final class AttributesLabelMapper implements LabelMapper, Capturable {
  private final int groups;
  private final int targets;
  private final int chosen;
  private final KeptTensor index = new KeptTensor(); // [G·KT,M]
  private final KeptTensor filling = new KeptTensor(); // the same; empty where all are as long
  private final KeptTensor share = new KeptTensor(); // [1,G·KT]: weight of a sum of k logits

  AttributesLabelMapper(AttributesOptions options, LabelMapperContext context) {
    targets = context.targetLabels();
    int[] classes = Naming.classes(AttributesFactory.NAME, context);
    int[] groupOf = Naming.groups(context);
    groups = Arrays.stream(groupOf).max().orElse(0) + 1;
    List<List<Integer>> blocks = TextBlocks.empty(groups * targets);
    for (int source = 0; source < classes.length; source++) {
      if (classes[source] != Naming.NONE) {
        blocks.get(groupOf[source] * targets + classes[source]).add(source);
      }
    }
    TextBlocks texts =
        TextBlocks.of(
            blocks,
            block ->
                String.format(
                    "mapping \"%s\" needs a text of each class in each group, but class \"%s\" has"
                        + " none in group %d of %d",
                    AttributesFactory.NAME,
                    context.targetLabelNames().get(block % targets),
                    block / targets + 1,
                    groups));
    chosen = Math.min(options.topK(), texts.width());
    try (PointerScope scope = new PointerScope()) {
      index.set(texts.index().to(context.device(), ScalarType.Long));
      if (texts.ragged()) {
        filling.set(texts.filling().to(context.device(), ScalarType.Bool));
      }
      share.set(
          Tensor.create(shares(texts.sizes(), options.alpha()), 1, (long) groups * targets)
              .to(context.device(), ScalarType.Float));
    }
  }

  private double[] shares(int[] sizes, double alpha) {
    double[] shares = new double[sizes.length];
    for (int block = 0; block < shares.length; block++) {
      double weight = groups == 1 ? 1 : block < targets ? alpha : (1 - alpha) / (groups - 1);
      shares[block] = weight / Math.min(chosen, sizes[block]);
    }
    return shares;
  }

  @Override
  public Tensor map(Tensor logits) {
    Tensor texts = logits.index_select(1, index.get().flatten());
    Tensor own = texts.reshape(logits.size(0), (long) groups * targets, -1);
    if (filling.isSet()) {
      own = own.masked_fill(filling.get(), new Scalar(Double.NEGATIVE_INFINITY));
    }
    Tensor largest = own.topk(chosen, 2, true, false).get0();
    if (filling.isSet()) {
      largest = largest.masked_fill(largest.isneginf(), new Scalar(0.0));
    }
    Tensor means = largest.sum(2).mul(share.get());
    return means.reshape(logits.size(0), groups, targets).sum(1);
  }

  @Override
  public void close() {
    index.close();
    filling.close();
    share.close();
  }
}
