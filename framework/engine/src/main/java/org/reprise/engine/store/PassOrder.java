package org.reprise.engine.store;

import java.util.List;
import java.util.NoSuchElementException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.KeptTensor;

/** The order in which a pass takes the samples, on a device as one tensor. */
final class PassOrder implements AutoCloseable {
  private final int[] starts;
  private final KeptTensor order = new KeptTensor();

  /**
   * Sends an order.
   *
   * @param batches which samples, none of the batches empty
   * @param device where to; borrowed
   */
  PassOrder(List<int[]> batches, Device device) {
    starts = new int[batches.size() + 1];
    for (int i = 0; i < batches.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], batches.get(i).length);
    }
    int[] all = new int[starts[batches.size()]];
    for (int i = 0; i < batches.size(); i++) {
      System.arraycopy(batches.get(i), 0, all, starts[i], batches.get(i).length);
    }
    try (PointerScope scope = new PointerScope()) {
      order.set(Indices.on(Indices.of(all), device));
    }
  }

  /**
   * Returns a batch's part.
   *
   * @param number of the batch, from 0
   * @return {@code [B]} int64 on the device; the caller's scope owns it
   * @throws NoSuchElementException after the last one
   */
  Tensor batch(int number) {
    if (number >= starts.length - 1) {
      throw new NoSuchElementException("the pass has " + (starts.length - 1) + " batches");
    }
    return order.get().narrow(0, starts[number], starts[number + 1] - starts[number]);
  }

  @Override
  public void close() {
    order.close();
  }
}
