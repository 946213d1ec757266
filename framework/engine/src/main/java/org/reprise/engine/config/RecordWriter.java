package org.reprise.engine.config;

import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns bound records back into plain maps and lists, and those into YAML that binds to equal
 * records.
 */
public final class RecordWriter {
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .build());

  private RecordWriter() {}

  /**
   * Turns a record into a map by key; empty options are left out.
   *
   * @param value a bound record
   * @return kebab-case keys in the order of the components
   */
  public static Map<String, Object> toMap(Record value) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        Object plain = plain(component.getAccessor().invoke(value));
        if (plain != null) {
          map.put(Names.key(component.getName()), plain);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
    return map;
  }

  /** Writes plain maps, lists and scalars as YAML text. */
  public static String toYaml(Map<String, Object> map) {
    try {
      return YAML.writeValueAsString(map);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(RecordWriter::plain).orElse(null);
    } else if (value instanceof Milestone milestone) {
      String text = milestone.text();
      return text.matches("[0-9]+")
          ? (Object) Integer.valueOf(text)
          : (Object) Double.valueOf(text);
    } else if (value instanceof Record nested) {
      return toMap(nested);
    } else if (value instanceof List<?> list) {
      return list.stream().map(RecordWriter::plain).toList();
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> plain = new LinkedHashMap<>();
      map.forEach((key, item) -> plain.put(key, plain(item)));
      return plain;
    } else if (value instanceof Enum<?> constant) {
      return Names.of(constant);
    } else if (value instanceof Path path) {
      return path.toString();
    }
    return value;
  }
}
