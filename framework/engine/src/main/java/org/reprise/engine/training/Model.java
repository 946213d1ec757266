package org.reprise.engine.training;

import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.sampling.Batch;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.sampling.Samples;

/**
 * A reprogrammed network: prompt, backbone and mapper in a row. Owns none of them.
 *
 * @param prompt images to network input
 * @param backbone network input to source logits
 * @param mapper source logits to target logits
 * @param targetLabels KT
 */
public record Model(InputPrompt prompt, Backbone backbone, LabelMapper mapper, int targetLabels) {

  /**
   * Predicts target logits without gradients, in float32.
   *
   * @param images {@code [N,3,h,w]} of the prompt's stored size
   * @return {@code [N,KT]}; the caller's scope owns it
   */
  public Tensor predict(Tensor images) {
    try (Head head = head();
        NoGrad noGrad = new NoGrad()) {
      return head.target(head.network(input(images, false)));
    }
  }

  /**
   * Runs prompt and network without gradients, in float32.
   *
   * @param images {@code [N,3,h,w]} of the prompt's stored size
   * @return {@code [N,KS]} float32; the caller's scope owns it
   */
  public Tensor sourceLogits(Tensor images) {
    try (NoGrad noGrad = new NoGrad()) {
      Tensor logits = backbone.forward(input(images, false));
      return Returned.floating(backbone, "forward", logits, images.size(0), backbone.sourceLabels())
          .to(ScalarType.Float);
    }
  }

  /**
   * Measures accuracy.
   *
   * @param samples what to predict
   * @param batchSize samples at a time
   * @param onBatch hears the number of samples done
   * @return share of samples whose largest target logit is their label's, in [0,1]; of equal logits
   *     the lowest target label wins
   */
  public double accuracy(Samples samples, int batchSize, IntConsumer onBatch) {
    long correct = 0;
    int done = 0;
    try (Head head = head()) {
      for (int[] indices : BatchOrder.batches(BatchOrder.identity(samples.size()), batchSize)) {
        try (PointerScope scope = new PointerScope();
            NoGrad noGrad = new NoGrad()) {
          Batch batch = samples.batch(indices);
          Tensor target = head.target(head.network(input(batch.images(), false)));
          requireFinite(target, "evaluation, samples " + done + " and following");
          correct += correct(target, batch.labels());
        }
        done += indices.length;
        onBatch.accept(done);
      }
    }
    return (double) correct / samples.size();
  }

  /**
   * Puts the prompt on a batch.
   *
   * @param images as for {@link InputPrompt#forward}
   * @param training likewise
   * @return {@code [N,3,H,W]} of the backbone's input size, float32
   */
  Tensor input(Tensor images, boolean training) {
    ImageSize size = backbone.inputSize();
    return Returned.float32(
        prompt,
        "forward",
        prompt.forward(images, training),
        images.size(0),
        3,
        size.height(),
        size.width());
  }

  /** Returns what lies behind the prompt, valid until the mapping changes; the caller closes it. */
  Head head() {
    return new Head(backbone, mapper, targetLabels);
  }

  static long correct(Tensor targetLogits, Tensor labels) {
    return torch.argmax(targetLogits, new LongOptional(1), false).eq(labels).sum().item_long();
  }

  /**
   * Throws if a logit is NaN or infinite. One reduction: a sum is finite only if all its terms are.
   */
  static void requireFinite(Tensor logits, String where) {
    if (!Double.isFinite(logits.sum().item_double()) && !torch.isfinite(logits).all().item_bool()) {
      throw new NonFiniteLogitsException(where + ": logits are NaN or infinite");
    }
  }
}
