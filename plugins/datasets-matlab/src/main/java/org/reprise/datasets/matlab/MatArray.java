package org.reprise.datasets.matlab;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A numeric array of a MATLAB 5 file, without its values.
 *
 * @param name the variable's name
 * @param shape dimensions; the first one runs fastest
 * @param storage how the values are stored
 * @param values how many there are: the product of the shape
 * @param offset of the element in the file, for messages and for reading the values
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MatArray(String name, int[] shape, Storage storage, long values, long offset) {

  /** How numbers are stored; MATLAB stores an array in a narrower type where that loses nothing. */
  enum Storage {
    INT8(1, 1),
    UINT8(2, 1),
    INT16(3, 2),
    UINT16(4, 2),
    INT32(5, 4),
    UINT32(6, 4),
    SINGLE(7, 4),
    DOUBLE(9, 8),
    INT64(12, 8),
    UINT64(13, 8);

    private final int code;
    private final int bytes;

    Storage(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }

    /** Returns the storage of a type number, or null. */
    static Storage of(int code) {
      return Arrays.stream(values()).filter(s -> s.code == code).findFirst().orElse(null);
    }
  }

  boolean hasShape(int... wanted) {
    return Arrays.equals(shape, wanted);
  }

  String description() {
    return Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining("x"))
        + " "
        + storage.name().toLowerCase(java.util.Locale.ROOT);
  }
}
