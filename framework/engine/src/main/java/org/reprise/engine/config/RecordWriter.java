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
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.reprise.api.options.Block;

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
    return toMap(value, Path::toString);
  }

  /**
   * Turns a record into a map by key; empty options are left out, and so are paths, wherever they
   * stand.
   *
   * @param value a bound record
   * @return kebab-case keys in the order of the components
   */
  public static Map<String, Object> withoutPaths(Record value) {
    return toMap(value, path -> null);
  }

  /**
   * Turns a record into a map by key; empty options are left out, and paths stay what they are.
   *
   * @param value a bound record
   * @return kebab-case keys in the order of the components
   */
  public static Map<String, Object> withPaths(Record value) {
    return toMap(value, path -> path);
  }

  private static Map<String, Object> toMap(Record value, Function<Path, Object> paths) {
    Map<String, Object> map = new LinkedHashMap<>();
    Map<String, Object> values = value instanceof Block<?> block ? asWritten(block) : values(value);
    values.forEach(
        (key, component) -> {
          Object plain = plain(component, paths);
          if (plain != null) {
            map.put(key, plain);
          }
        });
    return map;
  }

  private static Map<String, Object> asWritten(Block<?> block) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", block.name());
    values.putAll(block.options());
    return values;
  }

  /**
   * Returns a record's values as they are.
   *
   * @param value a bound record
   * @return by kebab-case key, in the order of the components
   */
  public static Map<String, Object> values(Record value) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        values.put(Names.key(component.getName()), component.getAccessor().invoke(value));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
    return values;
  }

  /** Writes plain maps, lists and scalars as YAML text. */
  public static String toYaml(Map<String, Object> map) {
    try {
      return YAML.writeValueAsString(map);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object plain(Object value, Function<Path, Object> paths) {
    if (value instanceof Optional<?> optional) {
      return optional.map(item -> plain(item, paths)).orElse(null);
    } else if (value instanceof Milestone milestone) {
      return milestone.plain();
    } else if (value instanceof EvaluateEvery evaluateEvery) {
      return evaluateEvery.plain();
    } else if (value instanceof ExtensionBlock) {
      return null; // written by whoever has bound it
    } else if (value instanceof Record nested) {
      return toMap(nested, paths);
    } else if (value instanceof List<?> list) {
      return list.stream().map(item -> plain(item, paths)).filter(Objects::nonNull).toList();
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> plain = new LinkedHashMap<>();
      map.forEach((key, item) -> plain.put(key, plain(item, paths)));
      plain.values().removeIf(Objects::isNull);
      return plain;
    } else if (value instanceof Enum<?> constant) {
      return Names.of(constant);
    } else if (value instanceof Path path) {
      return paths.apply(path);
    }
    return value;
  }
}
