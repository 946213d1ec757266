package org.reprise.datasets.parquet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A struct in Thrift's compact protocol, as Parquet's metadata are written: fields by number.
 * Integers are {@code Long}, binaries {@code byte[]}, lists {@code List}, structs this class.
 */
final class ThriftStruct {
  private static final int MOST_DEPTH = 32;

  private final Map<Integer, Object> fields = new HashMap<>();

  private ThriftStruct() {}

  /** The bytes are no such struct. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** Reads a struct and leaves the buffer behind it. */
  static ThriftStruct read(ByteBuffer bytes) throws MalformedException {
    try {
      return struct(bytes, 0);
    } catch (BufferUnderflowException e) {
      throw new MalformedException("the metadata end within a value");
    }
  }

  private static ThriftStruct struct(ByteBuffer bytes, int depth) throws MalformedException {
    if (depth > MOST_DEPTH) {
      throw new MalformedException("metadata nested more than " + MOST_DEPTH + " deep");
    }
    ThriftStruct struct = new ThriftStruct();
    int id = 0;
    while (true) {
      int header = bytes.get() & 0xff;
      int type = header & 0x0f;
      if (type == 0) {
        return struct;
      }
      id = header >>> 4 == 0 ? (int) zigzag(bytes) : id + (header >>> 4);
      Object value = type <= 2 ? (Object) (type == 1) : value(bytes, type, depth);
      struct.fields.put(id, value);
    }
  }

  private static Object value(ByteBuffer bytes, int type, int depth) throws MalformedException {
    return switch (type) {
      case 1, 2 -> bytes.get() == 1; // a bool within a list
      case 3 -> (long) bytes.get();
      case 4, 5, 6 -> zigzag(bytes);
      case 7 -> Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
      case 8 -> binary(bytes);
      case 9, 10 -> list(bytes, depth);
      case 11 -> map(bytes, depth);
      case 12 -> struct(bytes, depth + 1);
      default -> throw new MalformedException("metadata of unknown type " + type);
    };
  }

  private static byte[] binary(ByteBuffer bytes) throws MalformedException {
    byte[] value = new byte[count(bytes, varint(bytes))];
    bytes.get(value);
    return value;
  }

  private static List<Object> list(ByteBuffer bytes, int depth) throws MalformedException {
    int header = bytes.get() & 0xff;
    int size = count(bytes, header >>> 4 == 15 ? varint(bytes) : header >>> 4);
    List<Object> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(value(bytes, header & 0x0f, depth + 1));
    }
    return values;
  }

  /** Parquet uses no maps; one is read over. */
  private static Object map(ByteBuffer bytes, int depth) throws MalformedException {
    int size = count(bytes, varint(bytes));
    if (size > 0) {
      int types = bytes.get() & 0xff;
      for (int i = 0; i < size; i++) {
        value(bytes, types >>> 4, depth + 1);
        value(bytes, types & 0x0f, depth + 1);
      }
    }
    return Map.of();
  }

  /** Every element takes at least a byte, so there are never more than bytes left. */
  private static int count(ByteBuffer bytes, long size) throws MalformedException {
    if (size < 0 || size > bytes.remaining()) {
      throw new MalformedException(
          "a length of " + size + " where " + bytes.remaining() + " bytes are left");
    }
    return (int) size;
  }

  private static long varint(ByteBuffer bytes) throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("an integer of more than 10 bytes");
  }

  private static long zigzag(ByteBuffer bytes) throws MalformedException {
    long value = varint(bytes);
    return value >>> 1 ^ -(value & 1);
  }

  boolean has(int field) {
    return fields.containsKey(field);
  }

  long number(int field) throws MalformedException {
    if (fields.get(field) instanceof Long number) {
      return number;
    }
    throw new MalformedException("no number in field " + field);
  }

  long number(int field, long absent) throws MalformedException {
    return has(field) ? number(field) : absent;
  }

  boolean flag(int field, boolean absent) {
    return fields.get(field) instanceof Boolean flag ? flag : absent;
  }

  Optional<String> text(int field) {
    return fields.get(field) instanceof byte[] bytes
        ? Optional.of(new String(bytes, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  ThriftStruct struct(int field) throws MalformedException {
    if (fields.get(field) instanceof ThriftStruct struct) {
      return struct;
    }
    throw new MalformedException("no struct in field " + field);
  }

  /** Returns the elements of a list of structs; none where the field is absent. */
  List<ThriftStruct> structs(int field) throws MalformedException {
    List<ThriftStruct> structs = new ArrayList<>();
    if (fields.get(field) instanceof List<?> list) {
      for (Object element : list) {
        if (!(element instanceof ThriftStruct struct)) {
          throw new MalformedException("field " + field + " is no list of structs");
        }
        structs.add(struct);
      }
    }
    return structs;
  }
}
