package org.reprise.pickle;

import java.util.Optional;
import org.reprise.budget.Budget;
import org.reprise.budget.Shown;

/** numpy's dtype of a number while a pickle is read; its byte order follows in its state. */
final class NumpyDtype implements Stateful {
  private final String code;
  private final Optional<NdType> type;
  private boolean bigEndian;

  private NumpyDtype(String code, Optional<NdType> type, boolean bigEndian) {
    this.code = code;
    this.type = type;
    this.bigEndian = bigEndian;
  }

  static NumpyDtype of(Tuple arguments, Budget budget) {
    if (arguments.isEmpty() || !(arguments.get(0) instanceof String code) || code.isEmpty()) {
      throw new IllegalArgumentException("a numpy dtype is made of its code, e.g. 'f4'");
    }
    boolean ordered = "<>|=".indexOf(code.charAt(0)) >= 0;
    return new NumpyDtype(
        code, NdType.of(ordered ? code.substring(1) : code), code.charAt(0) == '>');
  }

  /** Returns the type of number; empty for dtypes of texts, objects, times and the like. */
  Optional<NdType> type() {
    return type;
  }

  boolean isBigEndian() {
    return bigEndian;
  }

  /** Returns what stands for a value of this dtype, which is not a number's. */
  Opaque opaque() {
    return new Opaque(toString());
  }

  /** Returns how many code points or bytes a text of this dtype has; 0 if it is of another kind. */
  int textLength() {
    String plain = code.replaceFirst("^[<>|=]", "");
    return plain.matches("[US][0-9]{1,6}") ? Integer.parseInt(plain.substring(1)) : 0;
  }

  /** Tells texts of code points from those of bytes. */
  boolean isUnicode() {
    return code.indexOf('U') >= 0;
  }

  @Override
  public String toString() {
    return "numpy dtype '" + Shown.of(code, 20) + "'";
  }

  // (version, byte order, subarray, names, fields, item size, alignment, flags)
  @Override
  public Object withState(Object state, Budget budget) {
    if (type.isEmpty()) {
      bigEndian =
          bigEndian
              || (state instanceof Tuple parts && parts.size() > 1 && ">".equals(parts.get(1)));
      return this;
    }
    if (!(state instanceof Tuple parts)
        || parts.size() < 5
        || !(parts.get(1) instanceof String order)
        || parts.get(2) != null
        || parts.get(3) != null
        || parts.get(4) != null) {
      throw new IllegalArgumentException("only plain numpy dtypes of numbers are read");
    }
    bigEndian = order.equals(">");
    return this;
  }
}
