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

  /** Tells whether they lie where batches are wanted, so that nothing need be copied there. */
  boolean areAtHand();

  /**
   * Reads the bytes of samples into the computer's memory.
   *
   * @param indices which, each of a sample
   * @param memory {@code [B,h,w,3]} uint8, contiguous, in the computer's memory; written to
   */
  void read(int[] indices, Tensor memory);

  /**
   * Makes images of bytes that are where batches are wanted.
   *
   * @param bytes {@code [B,h,w,3]} uint8; borrowed
   * @return as {@link #images}
   */
  Tensor scaled(Tensor bytes);

  /** Frees them. May be called twice. */
  @Override
  void close();
}
