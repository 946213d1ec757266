package org.reprise.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/** A numpy array of numbers, row-major and little-endian. */
public final class NdArray implements Stateful {
  private NdType type;
  private long[] shape;
  private byte[] data;

  /** An array whose content follows. */
  NdArray() {}

  /**
   * Makes an array or, where the dtype is not a number's, texts or what stands for it.
   *
   * @param data bytes, or a text with a character for each
   */
  static Object of(NumpyDtype dtype, Object shape, boolean fortran, Object data, Budget budget)
      throws BudgetException {
    if (dtype.type().isEmpty()) {
      return NumpyTexts.of(dtype, shape, data, budget).orElseGet(dtype::opaque);
    }
    NdArray array = new NdArray();
    array.fill(dtype.type().get(), dtype.isBigEndian(), shape, fortran, data, budget);
    return array;
  }

  /**
   * Returns the element type.
   *
   * @return one of the known ones
   */
  public NdType type() {
    return type;
  }

  /**
   * Returns the dimensions.
   *
   * @return a copy; empty for a single number
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the shape
   */
  public int size() {
    return data.length / type.bytes();
  }

  /**
   * Returns the elements' bytes.
   *
   * @return read-only, little-endian, row-major; position 0
   */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(data).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns one element as an integer.
   *
   * @param index in row-major order
   * @return its value; an unsigned 64-bit one beyond the range of long is negative; a float is cut
   */
  public long longAt(int index) {
    ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int at = index * type.bytes();
    return switch (type) {
      case BOOL, UINT8 -> buffer.get(at) & 0xFF;
      case INT8 -> buffer.get(at);
      case UINT16 -> buffer.getShort(at) & 0xFFFF;
      case INT16 -> buffer.getShort(at);
      case UINT32 -> buffer.getInt(at) & 0xFFFF_FFFFL;
      case INT32 -> buffer.getInt(at);
      case INT64, UINT64 -> buffer.getLong(at);
      case FLOAT16, FLOAT32, FLOAT64 -> (long) doubleAt(index);
    };
  }

  /**
   * Returns one element as a number.
   *
   * @param index in row-major order
   * @return its value
   */
  public double doubleAt(int index) {
    ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int at = index * type.bytes();
    return switch (type) {
      case FLOAT16 -> half(buffer.getShort(at));
      case FLOAT32 -> buffer.getFloat(at);
      case FLOAT64 -> buffer.getDouble(at);
      default -> longAt(index);
    };
  }

  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    double magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24;
    } else if (exponent == 31) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else {
      magnitude = (1024 + fraction) * Math.pow(2, exponent - 25);
    }
    return bits < 0 ? -magnitude : magnitude;
  }

  boolean isFilled() {
    return data != null;
  }

  // (version, shape, dtype, fortran order, data)
  @Override
  public Object withState(Object state, Budget budget) throws BudgetException {
    if (!(state instanceof Tuple parts)
        || parts.size() != 5
        || !(parts.get(2) instanceof NumpyDtype dtype)
        || !(parts.get(3) instanceof Boolean || parts.get(3) instanceof Long)) {
      throw new IllegalArgumentException(
          "the state of a numpy array is (version, shape, dtype, order, data)");
    }
    if (dtype.type().isEmpty()) {
      return NumpyTexts.of(dtype, parts.get(1), parts.get(4), budget).orElseGet(dtype::opaque);
    }
    boolean fortran = !Boolean.FALSE.equals(parts.get(3)) && !Long.valueOf(0).equals(parts.get(3));
    fill(dtype.type().get(), dtype.isBigEndian(), parts.get(1), fortran, parts.get(4), budget);
    return this;
  }

  private void fill(
      NdType elementType,
      boolean bigEndian,
      Object dimensions,
      boolean fortran,
      Object content,
      Budget budget)
      throws BudgetException {
    byte[] bytes;
    if (content instanceof byte[] raw) {
      bytes = raw;
    } else if (content instanceof String text) {
      bytes = Globals.latin1(text, budget);
    } else {
      throw new IllegalArgumentException(
          "the data of a numpy array of numbers are bytes, found " + Values.describe(content));
    }
    if (!(dimensions instanceof Tuple sizes) || sizes.size() > 32) {
      throw new IllegalArgumentException("the shape of a numpy array is a tuple of sizes");
    }
    long[] lengths = new long[sizes.size()];
    long elements = 1;
    for (int i = 0; i < lengths.length; i++) {
      if (!(sizes.get(i) instanceof Long size) || size < 0 || size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("the shape of a numpy array is a tuple of sizes");
      }
      lengths[i] = size;
      elements = Math.min(elements * size, Integer.MAX_VALUE); // beyond any array's length anyway
    }
    if (elements * elementType.bytes() != bytes.length) {
      throw new IllegalArgumentException(
          "a numpy array of shape "
              + Arrays.toString(lengths)
              + " and type "
              + elementType
              + " has "
              + bytes.length
              + " bytes of data");
    }
    if (bigEndian && elementType.bytes() > 1) {
      budget.charge(bytes.length);
      bytes = reversed(bytes, elementType.bytes());
    }
    type = elementType;
    shape = lengths;
    data =
        fortran && lengths.length > 1
            ? rowMajor(bytes, lengths, elementType.bytes(), budget)
            : bytes;
  }

  private static byte[] reversed(byte[] bytes, int width) {
    byte[] swapped = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      swapped[i] = bytes[i / width * width + width - 1 - i % width];
    }
    return swapped;
  }

  private static byte[] rowMajor(byte[] columnMajor, long[] shape, int width, Budget budget)
      throws BudgetException {
    budget.charge(columnMajor.length);
    byte[] result = new byte[columnMajor.length];
    // dimensions of 1 have no steps: without them a step seldom carries into the next dimension
    int[] sizes =
        Arrays.stream(shape).filter(size -> size != 1).mapToInt(size -> (int) size).toArray();
    int[] steps = new int[sizes.length]; // bytes between neighbours, column-major
    int step = width;
    for (int axis = 0; axis < sizes.length; axis++) {
      steps[axis] = step;
      step *= sizes[axis]; // at most the length, unless that is 0
    }
    int[] index = new int[sizes.length];
    int from = 0;
    for (int to = 0; to < result.length; to += width) {
      System.arraycopy(columnMajor, from, result, to, width);
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        from += steps[axis];
        if (++index[axis] < sizes[axis]) {
          break;
        }
        from -= steps[axis] * sizes[axis];
        index[axis] = 0;
      }
    }
    return result;
  }
}
