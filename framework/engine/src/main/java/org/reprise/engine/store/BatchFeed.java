package org.reprise.engine.store;

import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** The batches of one pass, one after the other. For one thread; closed when the pass ends. */
@FunctionalInterface
public interface BatchFeed extends AutoCloseable {

  /**
   * Returns the next batch.
   *
   * @return the batch; the caller's scope owns it
   * @throws java.util.NoSuchElementException after the last one
   */
  Batch next();

  /**
   * Begins to bring the batch after this one, if there is one, while the device computes what it
   * was asked for. Whoever never calls this gets the same batches, each when it is asked for.
   */
  default void prepare() {}

  /** Frees what was kept for the pass. May be called twice. */
  @Override
  default void close() {}

  /**
   * Feeds from what lies on a device: the order of the whole pass is sent there once, and a batch
   * is a part of it.
   *
   * @param batches which samples, none of the batches empty
   * @param device where they lie; borrowed
   * @param gather makes a batch of {@code [B]} int64 on the device, valid during the call
   */
  static BatchFeed onDevice(List<int[]> batches, Device device, Function<Tensor, Batch> gather) {
    return new OrderedFeed(new PassOrder(batches, device), gather);
  }
}
