package org.reprise.pickle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.reprise.budget.Shown;

/** The values that protocol 0 writes as text. */
final class TextValues {
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private TextValues() {}

  static Object shortest(BigInteger value) {
    return value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0
        ? (Object) value.longValue()
        : value;
  }

  static Object integerOrBool(String text) {
    return switch (text) {
      case "00" -> false;
      case "01" -> true;
      default -> integer(text);
    };
  }

  static Object longInteger(String text) {
    return integer(text.endsWith("L") ? text.substring(0, text.length() - 1) : text);
  }

  private static Object integer(String text) {
    try {
      return shortest(new BigInteger(text.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an integer: " + brief(text), e);
    }
  }

  static long memoIndex(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an integer: " + brief(text), e);
    }
  }

  static Object decimal(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("not a number: " + brief(text), e);
        }
      }
    };
  }

  private static String brief(String text) {
    return Shown.of(text, 40);
  }

  /** Reads {@code 'text'} with Python's escapes, one character for each byte. */
  static String quoted(byte[] line) {
    String text = new String(line, StandardCharsets.ISO_8859_1).strip();
    int end = text.length() - 1;
    if (end < 1
        || text.charAt(0) != text.charAt(end)
        || (text.charAt(0) != '\'' && text.charAt(0) != '"')) {
      throw new IllegalArgumentException("a text without quotes");
    }
    StringBuilder out = new StringBuilder(end);
    for (int i = 1; i < end; i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      if (++i >= end) {
        throw new IllegalArgumentException("a text ends in a backslash");
      }
      switch (text.charAt(i)) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case '\\', '\'', '"' -> out.append(text.charAt(i));
        case 'x' -> {
          out.append(hex(text, i + 1, 2, end));
          i += 2;
        }
        default -> throw new IllegalArgumentException("a text with the escape \\" + text.charAt(i));
      }
    }
    return out.toString();
  }

  /** Reads Python's raw-unicode-escape: Latin-1 in which only backslash u is special. */
  static String rawUnicode(byte[] line) {
    String text = new String(line, StandardCharsets.ISO_8859_1);
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char kind = i + 1 < text.length() && text.charAt(i) == '\\' ? text.charAt(i + 1) : ' ';
      if (kind == 'u') {
        out.append(hex(text, i + 2, 4, text.length()));
        i += 5;
      } else if (kind == 'U') {
        int high = hex(text, i + 2, 4, text.length());
        int low = hex(text, i + 6, 4, text.length());
        if (high > 0x10) {
          throw new IllegalArgumentException("a text with a character beyond Unicode");
        }
        out.appendCodePoint(high << 16 | low);
        i += 9;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private static char hex(String text, int from, int digits, int end) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < end ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        throw new IllegalArgumentException("a text with an escape that is cut off");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }
}
