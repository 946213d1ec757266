package org.reprise.weights;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.pickle.NdType;

/** Element types and their sizes. */
final class Dtypes {
  private static final Map<String, ScalarType> STORAGES =
      Map.of(
          "FloatStorage", ScalarType.Float,
          "DoubleStorage", ScalarType.Double,
          "HalfStorage", ScalarType.Half,
          "BFloat16Storage", ScalarType.BFloat16,
          "LongStorage", ScalarType.Long,
          "IntStorage", ScalarType.Int,
          "ShortStorage", ScalarType.Short,
          "CharStorage", ScalarType.Char,
          "ByteStorage", ScalarType.Byte,
          "BoolStorage", ScalarType.Bool);

  private Dtypes() {}

  static Iterable<String> storageClasses() {
    return STORAGES.keySet();
  }

  /** Returns the dtype of a storage class, e.g. {@code torch.FloatStorage}. */
  static Optional<ScalarType> ofStorage(String className) {
    return Optional.ofNullable(STORAGES.get(className.substring(className.lastIndexOf('.') + 1)));
  }

  /** Returns the dtype of a numpy array, where libtorch has it. */
  static Optional<ScalarType> of(NdType type) {
    return Optional.ofNullable(
        switch (type) {
          case BOOL -> ScalarType.Bool;
          case UINT8 -> ScalarType.Byte;
          case INT8 -> ScalarType.Char;
          case INT16 -> ScalarType.Short;
          case INT32 -> ScalarType.Int;
          case INT64 -> ScalarType.Long;
          case FLOAT16 -> ScalarType.Half;
          case FLOAT32 -> ScalarType.Float;
          case FLOAT64 -> ScalarType.Double;
          case UINT16, UINT32, UINT64 -> null;
        });
  }

  static int bytes(ScalarType dtype) {
    return switch (dtype) {
      case Double, Long -> 8;
      case Float, Int -> 4;
      case Half, BFloat16, Short -> 2;
      default -> 1;
    };
  }
}
