package org.reprise.engine.store;

import org.bytedeco.pytorch.Tensor;

/** The pixels of a store, wherever they lie. */
interface Pixels extends AutoCloseable {

  /**
   * Gathers images.
   *
   * @param indices {@code [B]} int64, on any device; borrowed
   * @return {@code [B,3,h,w]} float32 from 0 to 1, channels last, on the device where batches are
   *     wanted; in the caller's scope
   */
  Tensor images(Tensor indices);

  /** Frees them. May be called twice. */
  @Override
  void close();
}
