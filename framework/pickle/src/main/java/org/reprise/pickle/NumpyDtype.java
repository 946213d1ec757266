package org.reprise.pickle;

/** numpy's dtype of a number while a pickle is read; its byte order follows in its state. */
final class NumpyDtype implements Stateful {
  private final NdType type;
  private boolean bigEndian;

  NumpyDtype(NdType type, boolean bigEndian) {
    this.type = type;
    this.bigEndian = bigEndian;
  }

  static NumpyDtype of(Tuple arguments) {
    if (arguments.isEmpty() || !(arguments.get(0) instanceof String code) || code.isEmpty()) {
      throw new IllegalArgumentException("a numpy dtype is made of its code, e.g. 'f4'");
    }
    boolean ordered = "<>|=".indexOf(code.charAt(0)) >= 0;
    String plain = ordered ? code.substring(1) : code;
    NdType type =
        NdType.of(plain)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "numpy dtype '"
                            + (code.length() > 20 ? code.substring(0, 20) : code)
                            + "' is not a number's"));
    return new NumpyDtype(type, code.charAt(0) == '>');
  }

  NdType type() {
    return type;
  }

  boolean isBigEndian() {
    return bigEndian;
  }

  // (version, byte order, subarray, names, fields, item size, alignment, flags)
  @Override
  public void setState(Object state) {
    if (!(state instanceof Tuple parts)
        || parts.size() < 5
        || !(parts.get(1) instanceof String order)
        || parts.get(2) != null
        || parts.get(3) != null
        || parts.get(4) != null) {
      throw new IllegalArgumentException("only plain numpy dtypes of numbers are read");
    }
    bigEndian = order.equals(">");
  }
}
