package org.reprise.engine.store;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.closing.Closing;

/**
 * Batches of samples that do not lie on the device: while it computes on one, the next is read and
 * copied there. Two lanes take turns, so that no batch is written over one that is still on its way
 * or waited for.
 */
final class AheadFeed implements BatchFeed {
  private static final int LANES = 2;

  private final List<int[]> batches;
  private final Source source;
  private final PassOrder order;
  private final CopyQueue queue;
  private final List<CopyLane> lanes = new ArrayList<>();
  private int sent;
  private int taken;

  /**
   * What batches are made of.
   *
   * @param pixels in the computer's memory or a file; borrowed
   * @param size of the images
   * @param labels {@code [n]} int64 on the device; borrowed
   */
  record Source(Pixels pixels, ImageSize size, Tensor labels) {}

  private AheadFeed(List<int[]> batches, Source source, PassOrder order, CopyQueue queue) {
    this.batches = List.copyOf(batches);
    this.source = source;
    this.order = order;
    this.queue = queue;
  }

  /**
   * Begins a pass.
   *
   * @param batches which samples, none of the batches empty
   * @param source of them
   * @param memory of the device
   * @return the feed, of which nothing is under way yet
   */
  static AheadFeed of(List<int[]> batches, Source source, DeviceMemory memory) {
    try (Device device = source.labels().device()) {
      AheadFeed feed =
          new AheadFeed(batches, source, new PassOrder(batches, device), memory.queue());
      try {
        feed.open(memory);
      } catch (RuntimeException | Error e) {
        Closing.after(e, feed);
        throw e;
      }
      return feed;
    }
  }

  private void open(DeviceMemory memory) {
    long largest = batches.stream().mapToInt(batch -> batch.length).max().orElse(0);
    for (int i = 0; i < Math.min(LANES, batches.size()); i++) {
      lanes.add(
          new CopyLane(memory, queue, largest, source.size().height(), source.size().width(), 3));
    }
  }

  @Override
  public Batch next() {
    try (Tensor chosen = order.batch(taken)) {
      prepare();
      Tensor images = lanes.get(taken % LANES).receive(source.pixels()::scaled);
      taken++;
      return new Batch(images, source.labels().gather(0, chosen));
    }
  }

  @Override
  public void prepare() {
    if (sent > taken || sent == batches.size()) {
      return; // it is on its way, or there is none
    }
    int[] batch = batches.get(sent);
    CopyLane lane = lanes.get(sent % LANES);
    try (PointerScope scope = new PointerScope()) {
      source.pixels().read(batch, lane.memory(batch.length));
      lane.send();
    }
    sent++;
  }

  @Override
  public void close() {
    List<AutoCloseable> all = new ArrayList<>(List.of(order, queue));
    all.addAll(lanes);
    Closing.all(all);
  }
}
