package org.reprise.blackbox;

import org.bytedeco.pytorch.Tensor;

/** A frozen network whose features the prompt is made of. */
interface Encoder extends AutoCloseable {

  /**
   * Returns features.
   *
   * @param images {@code [N,3,H,W]} in [0,1]; borrowed
   * @return {@code [N,D]} float32, no part of any graph; the caller's scope owns it
   */
  Tensor features(Tensor images);

  @Override
  default void close() {
    // most are somebody else's
  }
}
