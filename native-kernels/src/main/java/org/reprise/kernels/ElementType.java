package org.reprise.kernels;

/** The number formats that logits may have. */
public enum ElementType {
  /** IEEE 754 binary32. */
  FLOAT32(0, 4),
  /** IEEE 754 binary16. */
  FLOAT16(1, 2),
  /** The upper half of a binary32. */
  BFLOAT16(2, 2);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The reprise_dtype of this type. */
  int code() {
    return code;
  }

  /**
   * Returns the size of one number.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }
}
