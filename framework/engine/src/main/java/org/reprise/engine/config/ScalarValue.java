package org.reprise.engine.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.reprise.support.Suggestion;

/** Turns the text of a scalar into a value of a record component's type. */
final class ScalarValue {
  private ScalarValue() {}

  /**
   * Reads a value.
   *
   * @param type of the component: text, path, enum, integer, number or truth value
   * @param scalar as written
   * @param text of the scalar, variables replaced
   * @return the value
   * @throws IllegalArgumentException if it is none of that type; the message is for the user
   */
  static Object of(Class<?> type, YamlNode.Scalar scalar, String text) {
    if (type == String.class) {
      return text;
    } else if (type == Path.class) {
      return scalar.place().folder().resolve(text).normalize();
    } else if (type.isEnum()) {
      return constant(type, text);
    }
    // only text that came out of a variable may stand for a number
    boolean isText = scalar.type() == YamlNode.ScalarType.TEXT && text.equals(scalar.text());
    Object value = null;
    if (isInteger(type)) {
      value = isText ? null : integer(type, text);
    } else if (isNumber(type)) {
      value = isText && !isSpecialNumber(text) ? null : number(text);
    } else if (text.equals("true") || text.equals("false")) {
      value = text.equals("true");
    }
    if (value == null) {
      String replaced = text.equals(scalar.text()) ? "" : ", which is \"" + text + '"';
      throw new IllegalArgumentException(
          expected(type) + " was expected, found " + scalar.kind() + replaced);
    }
    return value;
  }

  /** Returns what a type is called in messages. */
  static String expected(Class<?> type) {
    if (isInteger(type)) {
      return "an integer";
    } else if (isNumber(type)) {
      return "a number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type == Path.class) {
      return "a path";
    } else if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants()).map(c -> Names.of((Enum<?>) c)).toList();
    }
    return "a text";
  }

  private static boolean isInteger(Class<?> type) {
    return type == int.class || type == Integer.class || type == long.class || type == Long.class;
  }

  private static boolean isNumber(Class<?> type) {
    return type == double.class || type == Double.class;
  }

  /** Returns null where the text is no integer at all. */
  private static Number integer(Class<?> type, String text) {
    if (text.matches("[-+]?0[0-9_]+")) {
      throw new IllegalArgumentException(
          "an integer was expected, found " + text + "; a 0 in front would make it octal");
    }
    if (!text.matches("[-+]?([0-9][0-9_]*|0[xX][0-9a-fA-F_]+)")) {
      return null;
    }
    boolean isInt = type == int.class || type == Integer.class;
    try {
      String digits = text.replace("_", "");
      return isInt ? (Number) Integer.decode(digits) : (Number) Long.decode(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "must be at most "
              + (isInt ? Integer.MAX_VALUE : Long.MAX_VALUE)
              + " in size, found "
              + text,
          e);
    }
  }

  private static boolean isSpecialNumber(String text) {
    // YAML 1.1 reads 1e-3 as text; everybody means a number
    return text.matches(
        "[-+]?[0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]+|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  }

  /** Returns null where the text is no number. */
  private static Double number(String text) {
    try {
      return switch (text) {
        case ".nan", ".NaN", ".NAN" -> Double.NaN;
        case ".inf", ".Inf", ".INF", "+.inf" -> Double.POSITIVE_INFINITY;
        case "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(text.replace("_", ""));
      };
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Object constant(Class<?> type, String text) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = Names.of((Enum<?>) constant);
      if (name.equals(text)) {
        return constant;
      }
      names.add(name);
    }
    throw new IllegalArgumentException("found \"" + text + "\"; " + Suggestion.hint(text, names));
  }
}
