package org.reprise.engine.training;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.Evaluation;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.BatchFeed;
import org.reprise.engine.store.Samples;
import org.reprise.engine.workers.Workers;

/** Evaluates a model on samples. Nothing learns meanwhile. */
public final class Evaluator implements AutoCloseable {
  private final Model model;
  private final int batchSize;
  private final ComputeDevice device;
  private final Supplier<JointCounts> confusions;
  private final boolean keeps;
  private final Workers workers;
  private final IdentityHashMap<Samples, Optional<KeptOutputs>> kept = new IdentityHashMap<>();

  /**
   * Prepares.
   *
   * @param model borrowed
   * @param batchSize samples at a time
   * @param device where the model lies
   * @param confusions makes empty counts {@code [KT,KT]}, which the evaluator closes
   */
  public Evaluator(
      Model model, int batchSize, ComputeDevice device, Supplier<JointCounts> confusions) {
    this(model, batchSize, device, confusions, false, Workers.ALONE);
  }

  /**
   * Prepares.
   *
   * @param keeps whether the network's outputs are kept from one evaluation to the next, in which
   *     nothing before the mapping has changed
   * @param workers who evaluate together, and each get the whole result
   */
  Evaluator(
      Model model,
      int batchSize,
      ComputeDevice device,
      Supplier<JointCounts> confusions,
      boolean keeps,
      Workers workers) {
    this.model = model;
    this.batchSize = batchSize;
    this.device = device;
    this.confusions = confusions;
    this.keeps = keeps;
    this.workers = workers;
  }

  /**
   * Evaluates.
   *
   * @param samples what to predict
   * @param onBatch is told the number of samples done, after a batch of each worker; what it throws
   *     ends the evaluation
   * @return the result, its tensors in the caller's scope
   * @throws NonFiniteLogitsException if target logits are NaN or infinite
   */
  public Evaluation evaluate(Samples samples, IntConsumer onBatch) {
    int size = samples.size();
    // where the batches are: nothing waits for a GPU before the end
    Device where = device.torchDevice();
    Tensor predictions = empty(ScalarType.Long, size, where);
    Tensor probabilities = empty(ScalarType.Float, size, where);
    List<int[]> batches = BatchOrder.batches(BatchOrder.identity(size), batchSize);
    Tensor losses = empty(ScalarType.Double, batches.size(), where);
    Tensor confusion;
    int done = 0;
    int number = 0;
    try (JointCounts counts = confusions.get();
        Forward forward = new Forward(model, Forward.Fixed.ALL)) {
      Optional<KeptOutputs> outputs = keeps ? kept(samples, forward) : Optional.empty();
      List<int[]> own = workers.own(batches);
      try (BatchFeed feed = outputs.isPresent() ? outputs.get().feed(own) : samples.feed(own)) {
        for (int[] indices : batches) {
          if (workers.takes(number)) {
            try (PointerScope scope = new PointerScope();
                NoGrad noGrad = new NoGrad()) {
              Batch batch = feed.next();
              Tensor target =
                  forward.target(
                      outputs.isPresent() ? batch.images() : network(forward, batch.images()));
              counts.addArgmax(target, batch.labels());
              losses
                  .select(0, number)
                  .copy_(
                      torch
                          .cross_entropy_loss(target, batch.labels())
                          .to(ScalarType.Double)
                          .mul(new Scalar(indices.length)));
              Tensor best = target.argmax(new LongOptional(1), false);
              predictions.narrow(0, done, indices.length).copy_(best);
              probabilities
                  .narrow(0, done, indices.length)
                  .copy_(torch.softmax(target, 1).gather(1, best.unsqueeze(1)).squeeze(1));
              feed.prepare();
            } catch (NonFiniteLogitsException e) {
              throw NonFinite.at("evaluation, samples " + done + " and following: ", e);
            }
          }
          done += indices.length;
          number++;
          if (workers.isRound(number) || done == size) {
            onBatch.accept(done);
          }
        }
      }
      confusion = confusion(counts);
    }
    workers.join(losses);
    workers.join(predictions);
    workers.join(probabilities);
    long correct = confusion.trace().item_long();
    return new Evaluation(
        size, correct, sum(losses) / size, confusion, predictions.cpu(), probabilities.cpu());
  }

  private static Tensor empty(ScalarType type, int size, Device device) {
    return torch.zeros(new long[] {size}, new TensorOptions(type)).to(device, type);
  }

  // batch by batch, whoever computed them: floating-point sums depend on the order
  private static double sum(Tensor losses) {
    double[] values = new double[(int) losses.numel()];
    new DoublePointer(losses.cpu().data_ptr()).get(values);
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private Tensor network(Forward forward, Tensor images) {
    return forward.network(model.input(images, Purpose.EVALUATION));
  }

  private Optional<KeptOutputs> kept(Samples samples, Forward forward) {
    Optional<KeptOutputs> before = kept.get(samples);
    if (before == null) {
      before =
          KeptOutputs.compute(
              samples, batchSize, workers, images -> network(forward, images), () -> {});
      kept.put(samples, before);
    }
    return before;
  }

  @Override
  public void close() {
    Closing.all(kept.values().stream().flatMap(Optional::stream).toList());
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
