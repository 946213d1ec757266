package org.reprise.pickle;

import java.util.Optional;

/** The element types of numpy arrays that are read. */
public enum NdType {
  /** One byte, 0 or 1. */
  BOOL("b1", 1),
  /** Unsigned, 1 byte. */
  UINT8("u1", 1),
  /** Unsigned, 2 bytes. */
  UINT16("u2", 2),
  /** Unsigned, 4 bytes. */
  UINT32("u4", 4),
  /** Unsigned, 8 bytes. */
  UINT64("u8", 8),
  /** Signed, 1 byte. */
  INT8("i1", 1),
  /** Signed, 2 bytes. */
  INT16("i2", 2),
  /** Signed, 4 bytes. */
  INT32("i4", 4),
  /** Signed, 8 bytes. */
  INT64("i8", 8),
  /** IEEE half precision. */
  FLOAT16("f2", 2),
  /** IEEE single precision. */
  FLOAT32("f4", 4),
  /** IEEE double precision. */
  FLOAT64("f8", 8);

  private final String code;
  private final int bytes;

  NdType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /**
   * Returns the size of an element.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }

  boolean isFloat() {
    return code.charAt(0) == 'f';
  }

  static Optional<NdType> of(String code) {
    for (NdType type : values()) {
      if (type.code.equals(code)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
