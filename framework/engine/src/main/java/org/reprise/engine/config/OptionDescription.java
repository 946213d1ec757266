package org.reprise.engine.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.reprise.api.options.Block;
import org.reprise.api.options.Option;

/**
 * One option of an extension, for listings.
 *
 * @param key as written in YAML
 * @param type in a user's words
 * @param defaultText {@code default 1}, {@code optional} or {@code required}
 * @param meaning what it means
 */
public record OptionDescription(String key, String type, String defaultText, String meaning) {

  /** Describes the options of a record. */
  public static List<OptionDescription> of(Class<? extends Record> type) {
    List<OptionDescription> options = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Option option = component.getAnnotation(Option.class);
      boolean hasDefault = option != null && !option.defaultValue().equals(Option.REQUIRED);
      options.add(
          new OptionDescription(
              Names.key(component.getName()),
              typeName(component.getGenericType()),
              hasDefault
                  ? "default " + option.defaultValue()
                  : component.getType() == Optional.class ? "optional" : "required",
              option == null ? "" : option.value()));
    }
    return options;
  }

  private static String typeName(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == Block.class) {
        return "a name or {name, ...} of a " + ((Class<?>) arguments[0]).getSimpleName();
      }
      return generic.getRawType() == Optional.class
          ? typeName(arguments[0])
          : generic.getRawType() == List.class
              ? "list of " + typeName(arguments[0])
              : "keys with " + typeName(arguments[1]);
    }
    Class<?> c = (Class<?>) type;
    if (c.isEnum()) {
      return Arrays.stream(c.getEnumConstants())
          .map(constant -> Names.of((Enum<?>) constant))
          .collect(Collectors.joining(" | "));
    }
    if (c == ExtensionBlock.class) {
      return "a name or {name, ...}";
    }
    if (c == Milestone.class) {
      return "integer or number";
    }
    if (c == EvaluateEvery.class) {
      return "integer or auto";
    }
    if (c.isRecord()) {
      return "{"
          + of(c.asSubclass(Record.class)).stream()
              .map(OptionDescription::key)
              .collect(Collectors.joining(", "))
          + "}";
    }
    return switch (c.getSimpleName()) {
      case "int", "long", "Integer", "Long" -> "integer";
      case "double", "Double" -> "number";
      case "boolean", "Boolean" -> "true or false";
      case "Path" -> "path";
      default -> "text";
    };
  }
}
