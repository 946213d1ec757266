package org.reprise.weights;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.pickle.NdType;

/**
 * The type of a storage's elements.
 *
 * @param name what is shown, e.g. {@code float}
 * @param dtype libtorch's type; empty where tensors of the type are not read
 * @param bytes of an element; 0 if that is not known
 */
record ElementType(String name, Optional<ScalarType> dtype, int bytes) {
  private static final Map<String, ElementType> STORAGES = new HashMap<>();

  static {
    STORAGES.put("FloatStorage", of(ScalarType.Float));
    STORAGES.put("DoubleStorage", of(ScalarType.Double));
    STORAGES.put("HalfStorage", of(ScalarType.Half));
    STORAGES.put("BFloat16Storage", of(ScalarType.BFloat16));
    STORAGES.put("LongStorage", of(ScalarType.Long));
    STORAGES.put("IntStorage", of(ScalarType.Int));
    STORAGES.put("ShortStorage", of(ScalarType.Short));
    STORAGES.put("CharStorage", of(ScalarType.Char));
    STORAGES.put("ByteStorage", of(ScalarType.Byte));
    STORAGES.put("BoolStorage", of(ScalarType.Bool));
    STORAGES.put("ComplexFloatStorage", unread("complexfloat", 8));
    STORAGES.put("ComplexDoubleStorage", unread("complexdouble", 16));
    STORAGES.put("QInt8Storage", unread("qint8", 1));
    STORAGES.put("QUInt8Storage", unread("quint8", 1));
    STORAGES.put("QInt32Storage", unread("qint32", 4));
    STORAGES.put("QUInt4x2Storage", unread("quint4x2", 1));
    STORAGES.put("QUInt2x4Storage", unread("quint2x4", 1));
    STORAGES.put("UntypedStorage", unread("bytes", 1));
  }

  static ElementType of(ScalarType dtype) {
    int bytes =
        switch (dtype) {
          case Double, Long -> 8;
          case Float, Int -> 4;
          case Half, BFloat16, Short -> 2;
          default -> 1;
        };
    return new ElementType(dtype.toString().toLowerCase(Locale.ROOT), Optional.of(dtype), bytes);
  }

  static ElementType unread(String name, int bytes) {
    return new ElementType(name, Optional.empty(), bytes);
  }

  /** Returns the names of the storage classes that are known. */
  static Iterable<String> storageClasses() {
    return STORAGES.keySet();
  }

  /** Returns the type of a storage class, e.g. {@code torch.FloatStorage}; any other is unread. */
  static ElementType ofStorage(String className) {
    String plain = className.substring(className.lastIndexOf('.') + 1);
    ElementType known = STORAGES.get(plain);
    return known == null ? unread(className, 0) : known;
  }

  /** Returns the type of a numpy array. */
  static ElementType of(NdType type) {
    return switch (type) {
      case BOOL -> of(ScalarType.Bool);
      case UINT8 -> of(ScalarType.Byte);
      case INT8 -> of(ScalarType.Char);
      case INT16 -> of(ScalarType.Short);
      case INT32 -> of(ScalarType.Int);
      case INT64 -> of(ScalarType.Long);
      case FLOAT16 -> of(ScalarType.Half);
      case FLOAT32 -> of(ScalarType.Float);
      case FLOAT64 -> of(ScalarType.Double);
      case UINT16, UINT32, UINT64 -> unread(type.name().toLowerCase(Locale.ROOT), type.bytes());
    };
  }
}
