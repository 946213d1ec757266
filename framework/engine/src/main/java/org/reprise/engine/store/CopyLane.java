package org.reprise.engine.store;

import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.KeptTensor;
import org.reprise.engine.closing.Closing;

/**
 * A way on which the bytes of one batch at a time come to a device while it computes. The calls are
 * made in the order memory, send, receive, and again; only the first ever waits.
 */
final class CopyLane implements AutoCloseable {
  private final CopyQueue queue;
  private final KeptTensor here = new KeptTensor();
  private final KeptTensor there = new KeptTensor();
  private final DeviceEvent copied;
  private final DeviceEvent used;
  private int samples;

  /**
   * Makes room.
   *
   * @param memory of the device
   * @param queue for the copies; borrowed
   * @param shape {@code [B,h,w,3]} of the largest batch
   */
  CopyLane(DeviceMemory memory, CopyQueue queue, long... shape) {
    this.queue = queue;
    try (PointerScope scope = new PointerScope()) {
      DeviceMemory.Buffers buffers = memory.buffers(shape);
      here.set(buffers.here());
      there.set(buffers.there());
    }
    this.copied = queue.event();
    this.used = queue.event();
  }

  /**
   * Returns memory to write a batch to. Waits until what was sent before has left it.
   *
   * @param count samples, at least 1 and at most as many as the lane was made for
   * @return {@code [count,h,w,3]} uint8 in the computer's memory; the caller's scope owns it, and
   *     it may be written to until {@link #send}
   */
  Tensor memory(int count) {
    copied.await();
    samples = count;
    return here.get().narrow(0, 0, count);
  }

  /** Begins to copy what was written; returns at once. */
  void send() {
    try (Tensor from = here.get().narrow(0, 0, samples);
        Tensor to = there.get().narrow(0, 0, samples)) {
      used.holdCopies();
      queue.copy(from, to);
      copied.afterCopies();
    }
  }

  /**
   * Makes what was sent into something else. Whatever the device is asked for by {@code use} waits
   * there, not here, for the copy, and the next copy waits there for it.
   *
   * @param use is given {@code [samples,h,w,3]} uint8 on the device, to be read alone
   * @return what {@code use} returns
   */
  Tensor receive(UnaryOperator<Tensor> use) {
    try (Tensor arrived = there.get().narrow(0, 0, samples)) {
      copied.holdComputing();
      Tensor made = use.apply(arrived);
      used.afterComputing();
      return made;
    }
  }

  /** Frees the memory once no copy reads or writes it. May be called twice. */
  @Override
  public void close() {
    if (here.isSet()) {
      copied.await();
      Closing.all(here, there, copied, used);
    }
  }
}
