package org.reprise.engine.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reprise.api.options.Block;
import org.reprise.api.options.Option;

/**
 * Says in the words of JSON Schema what {@link RecordBinder} takes for a record. Ranges, which the
 * records check themselves, are not said.
 */
public final class OptionSchema {
  /** A variable may stand for any value. */
  private static final Map<String, Object> VARIABLE =
      Map.of("type", "string", "pattern", "\\$\\{[A-Za-z_][A-Za-z0-9_]*(:[^}]*)?\\}");

  /** Numbers that YAML takes for text, or JSON does not know, or a variable. */
  private static final Map<String, Object> WRITTEN_NUMBER =
      Map.of(
          "type",
          "string",
          "pattern",
          VARIABLE.get("pattern")
              + "|^[-+]?([0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]+|\\.(inf|Inf|INF)|\\.(nan|NaN|NAN))$");

  /** Knows the blocks that name extensions. */
  public interface Blocks {

    /**
     * Returns the schema of a block.
     *
     * @param key of the option, in kebab-case
     * @param kind what the extension makes, where the option's type says so
     * @param standard the name that a block without one has, if it may have none
     */
    Map<String, Object> schema(String key, Optional<Class<?>> kind, Optional<String> standard);
  }

  private final Blocks blocks;

  /**
   * Prepares.
   *
   * @param blocks knows the blocks that name extensions
   */
  public OptionSchema(Blocks blocks) {
    this.blocks = blocks;
  }

  /**
   * Returns the schema of each option of a record.
   *
   * @param type the record
   * @return by key, in the order of the components
   */
  public Map<String, Object> properties(Class<? extends Record> type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = Names.key(component.getName());
      Option option = component.getAnnotation(Option.class);
      Map<String, Object> schema = new LinkedHashMap<>();
      if (option != null) {
        schema.put("description", option.value());
        standard(option).ifPresent(text -> schema.put("default", plain(text)));
      }
      schema.putAll(of(component.getGenericType(), key, standard(option)));
      properties.put(key, schema);
    }
    return properties;
  }

  /**
   * Returns the options that have to be given.
   *
   * @param type the record
   * @return their keys, in the order of the components
   */
  public static List<String> required(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .filter(component -> component.getType() != Optional.class)
        .filter(component -> standard(component.getAnnotation(Option.class)).isEmpty())
        .map(component -> Names.key(component.getName()))
        .toList();
  }

  private static Optional<String> standard(Option option) {
    return option == null || option.defaultValue().equals(Option.REQUIRED)
        ? Optional.empty()
        : Optional.of(option.defaultValue());
  }

  private static Object plain(String yaml) {
    return plain(YamlReader.readValue(yaml, "default"));
  }

  private static Object plain(YamlNode node) {
    if (node instanceof YamlNode.Mapping mapping) {
      Map<String, Object> map = new LinkedHashMap<>();
      mapping.entries().forEach((key, value) -> map.put(key, plain(value)));
      return map;
    } else if (node instanceof YamlNode.Sequence sequence) {
      return sequence.items().stream().map(OptionSchema::plain).toList();
    }
    YamlNode.Scalar scalar = (YamlNode.Scalar) node;
    return switch (scalar.type()) {
      case INTEGER -> Long.valueOf(scalar.text());
      case DECIMAL -> Double.valueOf(scalar.text());
      case BOOLEAN -> Boolean.valueOf(scalar.text());
      case TEXT, NULL -> scalar.text();
    };
  }

  private Map<String, Object> of(Type type, String key, Optional<String> standard) {
    if (type instanceof ParameterizedType generic) {
      Type inner = generic.getActualTypeArguments()[0];
      if (generic.getRawType() == Block.class) {
        return blocks.schema(key, Optional.of((Class<?>) inner), standard);
      } else if (generic.getRawType() == Optional.class) {
        return anyOf(of(inner, key, standard), Map.of("type", "null"));
      } else if (generic.getRawType() == List.class) {
        Map<String, Object> item = of(inner, key, Optional.empty());
        return anyOf(ordered("type", "array", "items", item), item); // one stands for a list of one
      }
      return ordered(
          "type",
          "object",
          "additionalProperties",
          of(generic.getActualTypeArguments()[1], key, Optional.empty()));
    }
    Class<?> c = (Class<?>) type;
    if (c == ExtensionBlock.class) {
      return blocks.schema(key, Optional.empty(), standard);
    } else if (c == Milestone.class) {
      return anyOf(Map.of("type", "number", "minimum", 0), VARIABLE);
    } else if (c == EvaluateEvery.class) {
      return anyOf(
          anyOf(Map.of("type", "integer", "minimum", 1), Map.of("enum", List.of("auto"))),
          VARIABLE);
    } else if (c.isRecord()) {
      return block(c.asSubclass(Record.class));
    }
    return scalar(c);
  }

  // a bare text stands for a block with that name
  private Map<String, Object> block(Class<? extends Record> type) {
    Map<String, Object> properties = properties(type);
    Map<String, Object> block =
        ordered("type", "object", "properties", properties, "additionalProperties", false);
    List<String> required = required(type);
    if (!required.isEmpty()) {
      block.put("required", required);
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getName().equals("name")) {
        return anyOf(of(component.getGenericType(), "name", Optional.empty()), block);
      }
    }
    return block;
  }

  private static Map<String, Object> scalar(Class<?> type) {
    if (type.isEnum()) {
      List<String> names =
          Arrays.stream(type.getEnumConstants())
              .map(constant -> Names.of((Enum<?>) constant))
              .toList();
      return anyOf(Map.of("enum", names), VARIABLE);
    }
    return switch (type.getSimpleName()) {
      case "int", "long", "Integer", "Long" -> anyOf(Map.of("type", "integer"), VARIABLE);
      case "double", "Double" -> anyOf(Map.of("type", "number"), WRITTEN_NUMBER);
      case "boolean", "Boolean" -> anyOf(Map.of("type", "boolean"), VARIABLE);
      default -> Map.of("type", List.of("string", "number", "boolean")); // any scalar is a text
    };
  }

  private static Map<String, Object> anyOf(Map<String, Object> one, Map<String, Object> other) {
    return ordered("anyOf", List.of(one, other));
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
