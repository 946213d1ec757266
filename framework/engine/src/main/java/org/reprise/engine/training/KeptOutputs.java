package org.reprise.engine.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.KeptTensor;
import org.reprise.api.Stateful;
import org.reprise.api.data.Augmentation;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.BatchFeed;
import org.reprise.engine.store.Samples;
import org.reprise.engine.workers.Workers;

/**
 * What the network returns for each sample, kept over the epochs of a run in which nothing before
 * the mapping changes. It is computed in the samples' own order, so that a run that was interrupted
 * goes on with the very same values.
 */
final class KeptOutputs implements AutoCloseable {
  /** More than that is computed anew in every epoch. */
  private static final long LIMIT_BYTES = 1L << 30;

  private final KeptTensor outputs = new KeptTensor();
  private final KeptTensor labels = new KeptTensor();

  private KeptOutputs() {}

  /**
   * Tells whether outputs stay the same from epoch to epoch: the prompt neither learns nor draws
   * anything, there is one view, images are not augmented, and the network is frozen.
   */
  static boolean stayTheSame(Model model, Optional<Augmentation> augmentation) {
    return !(model.prompt() instanceof Stateful)
        && !Returned.learns(model.backbone())
        && model.prompt().views() == 1
        && augmentation.isEmpty();
  }

  /**
   * Computes the outputs.
   *
   * @param samples whose
   * @param batchSize samples at a time
   * @param workers who share the batches out, and then keep all outputs
   * @param network from images to what is kept, a row each
   * @param onBatch asked after every batch of each worker; what it throws ends the computation
   * @return them; empty where they are too large to be kept
   */
  static Optional<KeptOutputs> compute(
      Samples samples,
      int batchSize,
      Workers workers,
      UnaryOperator<Tensor> network,
      Runnable onBatch) {
    KeptOutputs kept = new KeptOutputs();
    List<int[]> batches = BatchOrder.batches(BatchOrder.identity(samples.size()), batchSize);
    List<int[]> wanted = new ArrayList<>(workers.own(batches));
    if (!workers.takes(0)) {
      wanted.add(0, batches.get(0)); // it says how wide rows are
    }
    int done = 0;
    int number = 0;
    try (BatchFeed feed = samples.feed(wanted)) {
      for (int[] indices : batches) {
        boolean own = workers.takes(number);
        if (own || number == 0) {
          try (PointerScope scope = new PointerScope();
              NoGrad noGrad = new NoGrad()) {
            Batch batch = feed.next();
            Tensor rows = network.apply(batch.images());
            if (number == 0 && !kept.prepare(samples.size(), rows, batch.labels())) {
              return Optional.empty();
            }
            if (own) {
              kept.outputs.get().narrow(0, done, indices.length).copy_(rows);
              kept.labels.get().narrow(0, done, indices.length).copy_(batch.labels());
            }
            feed.prepare();
          }
        }
        done += indices.length;
        number++;
        if (workers.isRound(number) || done == samples.size()) {
          onBatch.run();
        }
      }
      workers.join(kept.outputs.get());
      workers.join(kept.labels.get());
      return Optional.of(kept);
    } catch (RuntimeException | Error e) {
      Closing.after(e, kept);
      throw e;
    }
  }

  /** Makes room; tells whether there is. */
  private boolean prepare(int size, Tensor rows, Tensor rowLabels) {
    long width = rows.size(1);
    if (size * width * rows.element_size() > LIMIT_BYTES) {
      return false;
    }
    outputs.set(torch.zeros(new long[] {size, width}, rows.options()));
    labels.set(torch.zeros(new long[] {size}, rowLabels.options()));
    return true;
  }

  /**
   * Feeds a pass of training.
   *
   * @param batches which samples, none of the batches empty
   * @return batches with the network's outputs in place of images
   */
  BatchFeed feed(List<int[]> batches) {
    try (Device device = outputs.get().device()) {
      return BatchFeed.onDevice(
          batches,
          device,
          rows ->
              new Batch(outputs.get().index_select(0, rows), labels.get().index_select(0, rows)));
    }
  }

  @Override
  public void close() {
    outputs.close();
    labels.close();
  }
}
