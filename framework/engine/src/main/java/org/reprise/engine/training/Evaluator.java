package org.reprise.engine.training;

import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.Evaluation;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.Samples;

/** Evaluates a model on samples. Nothing learns meanwhile. */
public final class Evaluator {
  private final Model model;
  private final int batchSize;
  private final Supplier<JointCounts> confusions;

  /**
   * Prepares.
   *
   * @param model borrowed
   * @param batchSize samples at a time
   * @param confusions makes empty counts {@code [KT,KT]}, which the evaluator closes
   */
  public Evaluator(Model model, int batchSize, Supplier<JointCounts> confusions) {
    this.model = model;
    this.batchSize = batchSize;
    this.confusions = confusions;
  }

  /**
   * Evaluates.
   *
   * @param samples what to predict
   * @param onBatch is told the number of samples done; what it throws ends the evaluation
   * @return the result, its tensors in the caller's scope
   * @throws NonFiniteLogitsException if target logits are NaN or infinite
   */
  public Evaluation evaluate(Samples samples, IntConsumer onBatch) {
    int size = samples.size();
    Tensor predictions = torch.empty(new long[] {size}, new TensorOptions(ScalarType.Long), null);
    Tensor probabilities =
        torch.empty(new long[] {size}, new TensorOptions(ScalarType.Float), null);
    Tensor confusion;
    double loss = 0;
    int done = 0;
    try (JointCounts counts = confusions.get();
        Forward forward = new Forward(model, Forward.Fixed.ALL)) {
      for (int[] indices : BatchOrder.batches(BatchOrder.identity(size), batchSize)) {
        try (PointerScope scope = new PointerScope();
            NoGrad noGrad = new NoGrad()) {
          Batch batch = samples.batch(indices);
          Tensor target =
              forward.target(forward.network(model.input(batch.images(), Purpose.EVALUATION)));
          counts.addArgmax(target, batch.labels());
          loss += torch.cross_entropy_loss(target, batch.labels()).item_double() * indices.length;
          Tensor best = target.argmax(new LongOptional(1), false);
          predictions.narrow(0, done, indices.length).copy_(best);
          probabilities
              .narrow(0, done, indices.length)
              .copy_(torch.softmax(target, 1).gather(1, best.unsqueeze(1)).squeeze(1));
        } catch (NonFiniteLogitsException e) {
          throw NonFinite.at("evaluation, samples " + done + " and following: ", e);
        }
        done += indices.length;
        onBatch.accept(done);
      }
      confusion = confusion(counts);
    }
    long correct = confusion.trace().item_long();
    return new Evaluation(size, correct, loss / size, confusion, predictions, probabilities);
  }

  // a GPU may tell of a bad batch only now
  private static Tensor confusion(JointCounts counts) {
    try {
      return counts.counts().t().contiguous().cpu();
    } catch (NonFiniteLogitsException e) {
      throw NonFinite.at("evaluation: ", e);
    }
  }
}
