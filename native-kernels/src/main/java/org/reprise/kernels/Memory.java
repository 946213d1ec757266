package org.reprise.kernels;

import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/** Checks of sizes and addresses; whatever passes them cannot make the native code go astray. */
final class Memory {
  private Memory() {}

  /** Throws an IllegalArgumentException with the formatted words unless the condition holds. */
  static void require(boolean condition, String format, Object... arguments) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, format, arguments));
    }
  }

  static long product(String what, long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(what + " are too large: " + a + " x " + b, e);
    }
  }

  static long sum(String what, long a, long b) {
    try {
      return Math.addExact(a, b);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(what + " are too large: " + a + " + " + b, e);
    }
  }

  /** Where the pointer points, its position included. */
  static long address(Pointer p) {
    return p == null ? 0 : p.address() + p.position() * p.sizeof();
  }

  /**
   * Checks that the pointer is aligned for its elements, does not wrap the address space and, where
   * it knows its own length (a tensor's data pointer does not), is long enough.
   */
  static void check(String what, Pointer p, long elements, int elementBytes) {
    require(p != null && !p.isNull(), "%s need an address", what);
    long address = address(p);
    require(
        address % elementBytes == 0,
        "%s at 0x%x are not aligned to their %d-byte elements",
        what,
        address,
        elementBytes);
    long bytes = product(what, elements, elementBytes);
    require(address > 0 && bytes <= Long.MAX_VALUE - address, "%s exceed the address space", what);
    if (p.capacity() > 0) {
      long has = (p.limit() - p.position()) * p.sizeof();
      require(bytes <= has, "%s take %d bytes, but the pointer offers %d", what, bytes, has);
    }
  }
}
