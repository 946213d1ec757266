package org.reprise.safetensors;

import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types of the format, those that are read and those that are only known by size. */
enum Dtype {
  BOOL(8, ScalarType.Bool),
  U8(8, ScalarType.Byte),
  I8(8, ScalarType.Char),
  I16(16, ScalarType.Short),
  I32(32, ScalarType.Int),
  I64(64, ScalarType.Long),
  F16(16, ScalarType.Half),
  BF16(16, ScalarType.BFloat16),
  F32(32, ScalarType.Float),
  F64(64, ScalarType.Double),
  U16(16, null),
  U32(32, null),
  U64(64, null),
  F4(4, null),
  F6_E2M3(6, null),
  F6_E3M2(6, null),
  F8_E4M3(8, null),
  F8_E4M3FNUZ(8, null),
  F8_E5M2(8, null),
  F8_E5M2FNUZ(8, null),
  F8_E8M0(8, null),
  C64(64, null),
  C128(128, null);

  private final int bits;
  private final ScalarType scalarType;

  Dtype(int bits, ScalarType scalarType) {
    this.bits = bits;
    this.scalarType = scalarType;
  }

  /** Returns the width of an element. */
  int bits() {
    return bits;
  }

  /** Returns libtorch's type; empty if tensors of this type are not read. */
  Optional<ScalarType> scalarType() {
    return Optional.ofNullable(scalarType);
  }

  static Optional<Dtype> of(String code) {
    for (Dtype dtype : values()) {
      if (dtype.name().equals(code)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
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
