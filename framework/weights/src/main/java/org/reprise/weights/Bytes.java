package org.reprise.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Bytes of a storage, wherever they are. */
interface Bytes {

  /** Returns how many there are. */
  long length();

  /**
   * Copies bytes in one pass.
   *
   * @param targets filled to their limits one after the other; asked for one by one
   * @param from the first byte, in [0, length)
   * @throws IOException if they cannot be read
   */
  void fill(Iterable<ByteBuffer> targets, long from) throws IOException;

  /** Copies bytes into one buffer. */
  default void fill(ByteBuffer target, long from) throws IOException {
    fill(List.of(target), from);
  }
}
