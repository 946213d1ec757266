package org.reprise.pickle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.reprise.budget.Shown;

/** Keys of dicts: values that cannot change and are compared quickly. */
final class Keys {
  private Keys() {}

  /**
   * Returns what a key is in Java.
   *
   * @throws IllegalArgumentException if such keys are not read
   */
  static Object checked(Object key) {
    if (isPlain(key)) {
      return key;
    }
    // b"data" and "data" mean the same in files of the two Pythons
    if (key instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    throw new IllegalArgumentException(
        "keys of a dict are texts or numbers, found " + Values.describe(key));
  }

  /** Returns a text for a key of another kind, e.g. {@code (0, 1)}. */
  static Object spelled(Object key, Dict dict) {
    if (isPlain(key) || key instanceof byte[]) {
      return checked(key);
    }
    StringBuilder text = new StringBuilder();
    if (key instanceof Tuple tuple && tuple.size() < 10 && tuple.stream().allMatch(Keys::isPlain)) {
      text.append('(');
      for (int i = 0; i < tuple.size(); i++) {
        text.append(i == 0 ? "" : ", ").append(Shown.of(String.valueOf(tuple.get(i)), 20));
      }
      text.append(')');
    } else {
      text.append(Values.describe(key));
    }
    if (dict.containsKey(text.toString())) {
      text.append(" #").append(dict.size());
    }
    return text.toString();
  }

  private static boolean isPlain(Object key) {
    return key == null
        || key instanceof String
        || key instanceof Long
        || key instanceof BigInteger
        || key instanceof Boolean
        || key instanceof Double;
  }
}
