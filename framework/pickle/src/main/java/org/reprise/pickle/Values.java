package org.reprise.pickle;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.reprise.budget.Shown;

/** Names for values in messages; never their content, which may be large or hostile. */
final class Values {
  private Values() {}

  static String describe(Object value) {
    if (value == null) {
      return "None";
    } else if (value instanceof String) {
      return "a text";
    } else if (value instanceof Long || value instanceof BigInteger) {
      return "an integer";
    } else if (value instanceof Double) {
      return "a number";
    } else if (value instanceof Boolean) {
      return "a bool";
    } else if (value instanceof byte[]) {
      return "bytes";
    } else if (value instanceof Tuple) {
      return "a tuple";
    } else if (value instanceof List) {
      return "a list";
    } else if (value instanceof Map) {
      return "a dict";
    } else if (value instanceof NdArray) {
      return "a numpy array";
    } else if (value instanceof Global global) {
      return "the name " + Shown.of(global.name());
    } else if (value instanceof Opaque opaque) {
      return "an object of " + Shown.of(opaque.name());
    }
    return "an object of another kind (" + value.getClass().getSimpleName() + ")";
  }
}
