package org.reprise.safetensors;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types of the format that libtorch knows. */
enum Dtype {
  BOOL(ScalarType.Bool, 1),
  U8(ScalarType.Byte, 1),
  I8(ScalarType.Char, 1),
  I16(ScalarType.Short, 2),
  I32(ScalarType.Int, 4),
  I64(ScalarType.Long, 8),
  F16(ScalarType.Half, 2),
  BF16(ScalarType.BFloat16, 2),
  F32(ScalarType.Float, 4),
  F64(ScalarType.Double, 8);

  private final ScalarType scalarType;
  private final int bytes;

  Dtype(ScalarType scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  ScalarType scalarType() {
    return scalarType;
  }

  int bytes() {
    return bytes;
  }

  String code() {
    return name();
  }

  static Dtype parse(String code, String where) throws SafetensorsException {
    for (Dtype dtype : values()) {
      if (dtype.code().equals(code)) {
        return dtype;
      }
    }
    throw new SafetensorsException(where + "dtype \"" + code + "\" is not supported");
  }

  static Dtype of(ScalarType type) {
    ScalarType wanted = type.intern();
    for (Dtype dtype : values()) {
      if (dtype.scalarType == wanted) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("safetensors has no name for dtype " + type);
  }
}
