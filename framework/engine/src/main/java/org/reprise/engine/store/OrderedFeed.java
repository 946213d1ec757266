package org.reprise.engine.store;

import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/** Batches of what lies on a device, by an order that lies there too: nothing is copied. */
final class OrderedFeed implements BatchFeed {
  private final PassOrder order;
  private final Function<Tensor, Batch> gather;
  private int taken;

  /**
   * Prepares.
   *
   * @param order closed with this
   * @param gather makes a batch of a part of it
   */
  OrderedFeed(PassOrder order, Function<Tensor, Batch> gather) {
    this.order = order;
    this.gather = gather;
  }

  @Override
  public Batch next() {
    try (Tensor chosen = order.batch(taken)) {
      taken++;
      return gather.apply(chosen);
    }
  }

  @Override
  public void close() {
    order.close();
  }
}
