package org.reprise.engine.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON of which there is one text for one value: keys sorted, no spaces, numbers with decimals
 * written out exactly, so that neither the order of keys nor the Java version changes it.
 */
final class CanonicalJson {
  private static final ObjectMapper TEXT = JsonMapper.builder().build();

  private CanonicalJson() {}

  /**
   * Writes a value.
   *
   * @param value maps with text keys, lists, texts, truth values, integers, finite doubles
   */
  static String write(Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((key, item) -> sorted.put(String.valueOf(key), item));
      char before = '{';
      for (Map.Entry<String, Object> entry : sorted.entrySet()) {
        text.append(before).append(quoted(entry.getKey())).append(':');
        append(text, entry.getValue());
        before = ',';
      }
      text.append(sorted.isEmpty() ? "{}" : "}");
    } else if (value instanceof Collection<?> items) {
      char before = '[';
      for (Object item : items) {
        text.append(before);
        append(text, item);
        before = ',';
      }
      text.append(items.isEmpty() ? "[]" : "]");
    } else if (value instanceof Double || value instanceof Float) {
      String number = new BigDecimal(((Number) value).doubleValue()).toPlainString();
      text.append(number).append(number.contains(".") ? "" : ".0");
    } else if (value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else if (value instanceof String string) {
      text.append(quoted(string));
    } else {
      throw new IllegalArgumentException("no canonical form of " + value);
    }
  }

  private static String quoted(String text) {
    try {
      return TEXT.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text has a JSON form", e);
    }
  }
}
