package org.reprise.pickle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Keys of dicts: values that cannot change and are compared quickly. */
final class Keys {
  private Keys() {}

  /**
   * Returns what a key is in Java.
   *
   * @throws IllegalArgumentException if such keys are not read
   */
  static Object checked(Object key) {
    if (key == null
        || key instanceof String
        || key instanceof Long
        || key instanceof BigInteger
        || key instanceof Boolean
        || key instanceof Double) {
      return key;
    }
    // b"data" and "data" mean the same in files of the two Pythons
    if (key instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    throw new IllegalArgumentException(
        "keys of a dict are texts or numbers, found " + Values.describe(key));
  }
}
