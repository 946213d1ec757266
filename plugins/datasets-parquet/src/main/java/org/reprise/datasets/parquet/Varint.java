package org.reprise.datasets.parquet;

import java.nio.ByteBuffer;

/** Integers of variable length: seven bits a byte, the lowest first. */
final class Varint {
  private Varint() {}

  /**
   * Reads one.
   *
   * @param bytes read from its position on; ends in {@link java.nio.BufferUnderflowException}
   * @param most bytes that it may take, at most 10
   * @throws MalformedException if it takes more
   */
  static long read(ByteBuffer bytes, int most) throws MalformedException {
    long value = 0;
    for (int i = 0; i < most; i++) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("an integer of more than " + most + " bytes");
  }

  /** Returns the signed number that an unsigned one stands for: 0, -1, 1, -2, 2 and so on. */
  static long zigzag(long value) {
    return value >>> 1 ^ -(value & 1);
  }
}
