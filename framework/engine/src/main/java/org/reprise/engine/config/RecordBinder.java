package org.reprise.engine.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reprise.api.options.Block;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;
import org.reprise.support.Suggestion;

/**
 * Binds YAML to records by their components, and collects every problem on the way. A component's
 * key is its name in kebab-case; its default and meaning stand in its {@link Option}. Where a bound
 * value had a problem, {@code null} takes its place until {@link #throwIfProblems} ends the matter.
 */
public final class RecordBinder {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?}");

  private final List<Problem> problems = new ArrayList<>();
  private final UnaryOperator<String> environment;
  private Blocks blocks =
      (kind, block) -> {
        throw new IllegalStateException(block.path() + ": no extension can be named here");
      };

  /** Binds blocks among the options of an extension, which name others. */
  @FunctionalInterface
  public interface Blocks {

    /**
     * Binds a block.
     *
     * @param kind of object that is wanted
     * @param block as written
     * @return the block with its options bound, or null if there were problems
     */
    Block<?> bind(Class<?> kind, ExtensionBlock block);
  }

  /**
   * Makes a binder.
   *
   * @param environment the value of an environment variable, or null
   */
  public RecordBinder(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  /**
   * Binds a block.
   *
   * @param type the record
   * @param node a block of keys; a bare text stands for {@code {name: text}} where the record has a
   *     {@code name}
   * @param path the key path, for messages
   * @return the record, or null if there were problems
   */
  public <R extends Record> R bind(Class<R> type, YamlNode node, String path) {
    YamlNode.Mapping mapping = asBlock(node, path, hasKey(type, "name"));
    if (mapping == null) {
      return null;
    }
    rejectUnknown(mapping, keys(type), path);
    return bindKnown(type, mapping, path);
  }

  /**
   * Binds those keys of a block that belong to a record; the others are left alone.
   *
   * @param type the record
   * @param mapping the block
   * @param path the key path, for messages
   * @return the record, or null if there were problems
   */
  public <R extends Record> R bindKnown(Class<R> type, YamlNode.Mapping mapping, String path) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    int before = problems.size();
    for (int i = 0; i < components.length; i++) {
      values[i] = component(components[i], mapping, path);
    }
    if (problems.size() > before) {
      return null;
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidOptionException invalid) {
        YamlNode value = mapping.entries().get(invalid.option());
        problem(
            value == null ? mapping.place() : value.place(),
            join(path, invalid.option()),
            invalid.getMessage());
      } else {
        problem(mapping.place(), path, String.valueOf(e.getCause().getMessage()));
      }
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type, e);
    }
  }

  /**
   * Binds those keys of a block that belong to the options of an extension, which may name others.
   *
   * @param type the record
   * @param mapping the block
   * @param path the key path, for messages
   * @param within binds the blocks in it
   * @return the record, or null if there were problems
   */
  public <R extends Record> R bindKnown(
      Class<R> type, YamlNode.Mapping mapping, String path, Blocks within) {
    Blocks outside = blocks;
    blocks = within;
    try {
      return bindKnown(type, mapping, path);
    } finally {
      blocks = outside;
    }
  }

  /** Returns the keys of a record, in the order of its components. */
  public static Set<String> keys(Class<? extends Record> type) {
    Set<String> keys = new LinkedHashSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      keys.add(Names.key(component.getName()));
    }
    return keys;
  }

  /** Notes a problem for each key that is not among the known ones. */
  public void rejectUnknown(YamlNode.Mapping mapping, Set<String> known, String path) {
    for (String key : mapping.entries().keySet()) {
      if (!known.contains(key)) {
        problem(
            mapping.keys().get(key),
            join(path, key),
            "unknown key; "
                + ExperimentKeys.fullKey(join(path, key))
                    .map(full -> "did you mean \"" + full + "\"?")
                    .orElseGet(() -> Suggestion.hint(key, known)));
      }
    }
  }

  /** Notes a problem. */
  public void problem(Place place, String path, String message) {
    problems.add(new Problem(place, path, message));
  }

  /** Throws one exception with everything that was found wrong, if anything was. */
  public void throwIfProblems() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private Object component(RecordComponent component, YamlNode.Mapping mapping, String path) {
    String key = Names.key(component.getName());
    String keyPath = join(path, key);
    YamlNode node = mapping.entries().get(key);
    Option option = component.getAnnotation(Option.class);
    boolean optional = component.getType() == Optional.class;
    if (node == null || (optional && isNull(node))) {
      if (option != null && !option.defaultValue().equals(Option.REQUIRED)) {
        node = YamlReader.readValue(option.defaultValue(), "default of " + keyPath);
      } else if (optional) {
        return Optional.empty();
      } else {
        String meaning = option == null ? "" : " (" + option.value() + ")";
        problem(mapping.place(), keyPath, "is missing" + meaning);
        return null;
      }
    }
    return value(component.getGenericType(), withName(component, node), keyPath);
  }

  // so that {lr: 0.1} means an option of the extension that is the default
  private static YamlNode withName(RecordComponent component, YamlNode node) {
    Option option = component.getAnnotation(Option.class);
    if ((component.getType() != ExtensionBlock.class && component.getType() != Block.class)
        || option == null
        || option.defaultValue().equals(Option.REQUIRED)
        || !(node instanceof YamlNode.Mapping mapping)
        || mapping.entries().containsKey("name")) {
      return node;
    }
    return mapping.with("name", YamlReader.readValue(option.defaultValue(), "default"));
  }

  private Object value(Type type, YamlNode node, String path) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == Optional.class) {
        return Optional.ofNullable(value(arguments[0], node, path));
      }
      if (generic.getRawType() == List.class) {
        return list(arguments[0], node, path);
      }
      if (generic.getRawType() == Block.class) {
        ExtensionBlock block = extensionBlock(node, path);
        return block == null ? null : blocks.bind((Class<?>) arguments[0], block);
      }
      if (generic.getRawType() == Map.class) {
        return map(arguments[1], node, path);
      }
    }
    if (type instanceof Class<?> c) {
      if (c == ExtensionBlock.class) {
        return extensionBlock(node, path);
      }
      if (Milestone.class == c) {
        return milestone(node, path);
      }
      if (EvaluateEvery.class == c) {
        return evaluateEvery(node, path);
      }
      if (c.isRecord()) {
        return bind(c.asSubclass(Record.class), node, path);
      }
      return scalar(c, node, path);
    }
    throw new IllegalStateException(path + ": options of type " + type + " cannot be bound");
  }

  private List<Object> list(Type itemType, YamlNode node, String path) {
    // a single value stands for a list of one
    List<YamlNode> items =
        node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Object value = value(itemType, items.get(i), path + "[" + i + "]");
      if (value != null) {
        values.add(value);
      }
    }
    return List.copyOf(values);
  }

  private Map<String, Object> map(Type valueType, YamlNode node, String path) {
    Map<String, Object> values = new LinkedHashMap<>();
    YamlNode.Mapping mapping = asBlock(node, path, false);
    if (mapping != null) {
      mapping
          .entries()
          .forEach((key, item) -> values.put(key, value(valueType, item, join(path, key))));
    }
    return values;
  }

  private ExtensionBlock extensionBlock(YamlNode node, String path) {
    YamlNode.Mapping mapping = asBlock(node, path, true);
    if (mapping == null) {
      return null;
    }
    YamlNode name = mapping.entries().get("name");
    if (name == null) {
      problem(
          mapping.place(),
          join(path, "name"),
          "is missing: a block names its extension, {name: ..., options}");
      return null;
    }
    Object text = scalar(String.class, name, join(path, "name"));
    return text == null
        ? null
        : new ExtensionBlock((String) text, mapping.without(List.of("name")), path);
  }

  private YamlNode.Mapping asBlock(YamlNode node, String path, boolean bareName) {
    if (node instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    if (bareName && node instanceof YamlNode.Scalar scalar && !isNull(node)) {
      return new YamlNode.Mapping(
          Map.of("name", scalar), Map.of("name", scalar.place()), scalar.place());
    }
    problem(
        node.place(),
        path,
        "a block of keys" + (bareName ? " or a name" : "") + " was expected, found " + node.kind());
    return null;
  }

  private Milestone milestone(YamlNode node, String path) {
    String text = node instanceof YamlNode.Scalar scalar ? interpolate(scalar, path) : null;
    if (text != null) {
      try {
        return Milestone.parse(text);
      } catch (IllegalArgumentException e) {
        text = null; // reported below
      }
    }
    problem(
        node.place(),
        path,
        "an epoch (integer, 0 or more) or a fraction of the epochs (0.0 to 1.0, with a decimal"
            + " point) was expected, found "
            + node.kind());
    return null;
  }

  private EvaluateEvery evaluateEvery(YamlNode node, String path) {
    String text = node instanceof YamlNode.Scalar scalar ? interpolate(scalar, path) : null;
    if (text != null) {
      try {
        return EvaluateEvery.parse(text);
      } catch (IllegalArgumentException e) {
        problem(node.place(), path, "must be auto or an integer of at least 1, found " + text);
        return null;
      }
    }
    problem(node.place(), path, "auto or an integer was expected, found " + node.kind());
    return null;
  }

  private Object scalar(Class<?> type, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Scalar scalar) || isNull(node)) {
      String expected = ScalarValue.expected(type);
      problem(node.place(), path, expected + " was expected, found " + node.kind());
      return null;
    }
    String text = interpolate(scalar, path);
    if (text == null) {
      return null;
    }
    try {
      return ScalarValue.of(type, scalar, text);
    } catch (IllegalArgumentException e) {
      problem(scalar.place(), path, e.getMessage());
      return null;
    }
  }

  private String interpolate(YamlNode.Scalar scalar, String path) {
    Matcher matcher = VARIABLE.matcher(scalar.text());
    StringBuilder text = new StringBuilder();
    while (matcher.find()) {
      String value = environment.apply(matcher.group(1));
      if (value == null || value.isEmpty()) {
        value = matcher.group(2);
      }
      if (value == null) {
        problem(
            scalar.place(),
            path,
            "the environment variable "
                + matcher.group(1)
                + " is not set; set it, or give the value with --set "
                + path
                + "=...");
        return null;
      }
      matcher.appendReplacement(text, Matcher.quoteReplacement(value));
    }
    if (VARIABLE.matcher(scalar.text()).replaceAll("").contains("${")) {
      problem(
          scalar.place(),
          path,
          "a variable is written ${NAME} or ${NAME:default}, found \"" + scalar.text() + '"');
      return null;
    }
    return matcher.appendTail(text).toString();
  }

  private static boolean isNull(YamlNode node) {
    return node instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.ScalarType.NULL;
  }

  private static boolean hasKey(Class<? extends Record> type, String key) {
    return keys(type).contains(key);
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
