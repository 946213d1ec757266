package org.reprise.weights;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes of a storage, wherever they are. */
interface Bytes {

  /** Returns how many there are. */
  long length();

  /**
   * Copies bytes.
   *
   * @param target filled to its limit
   * @param from the first byte, in [0, length)
   * @throws IOException if they cannot be read
   */
  void fill(ByteBuffer target, long from) throws IOException;
}
