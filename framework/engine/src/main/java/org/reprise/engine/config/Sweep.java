package org.reprise.engine.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.reprise.api.InvalidInputException;
import org.reprise.support.Suggestion;

/**
 * The axes of a study and their combinations. A pure function of what was read: the same file gives
 * the same runs in the same order.
 */
final class Sweep {
  static final String SWEEP = "sweep";
  static final String EXCLUDE = "exclude";
  private static final String WITH = "with";
  private static final String VALUE = "value";
  private static final String NAME = "name";
  private static final String MAPPING = "mapping";

  /** Blocks whose values name extensions, in the order of a label. */
  private static final List<String> BLOCKS =
      List.of("dataset", "backbone", "prompt", MAPPING, "training.optimizer");

  /** All runs of a study lie in one folder, and what it is read from is one file. */
  private static final Set<String> NO_AXES =
      Set.of(NAME, "output", "base", SWEEP, Search.SEARCH, EXCLUDE);

  private static final int MOST_RUNS = 100_000;
  private static final int LONGEST_LABEL = 120;

  /** A value of an axis: what it is called, what to set, and what to set along. */
  private record Value(String text, YamlNode node, Map<String, YamlNode> with) {}

  private record Axis(String key, List<Value> values) {}

  /** One combination of the axes' values. */
  record Combination(String label, Map<String, String> axes, YamlNode.Mapping experiment) {}

  private final YamlNode.Mapping common;
  private final List<Axis> axes;
  private final List<Map<String, List<YamlNode>>> excluded;
  private final boolean swept;

  private Sweep(
      YamlNode.Mapping common,
      List<Axis> axes,
      List<Map<String, List<YamlNode>>> excluded,
      boolean swept) {
    this.common = common;
    this.axes = axes;
    this.excluded = excluded;
    this.swept = swept;
  }

  /** Insists that there is one experiment to read. */
  static void refuse(YamlNode.Mapping root) {
    for (String key : List.of(SWEEP, Search.SEARCH)) {
      YamlNode found = root.entries().get(key);
      if (found != null) {
        throw problem(
            found, key, "one experiment was expected here, and this is a study: see reprise run");
      }
    }
  }

  /**
   * Reads the axes of a study.
   *
   * @param root everything said
   * @param overrides what {@code --set} said of it: a key that an axis sets would be set in vain
   * @param naming knows extensions
   */
  static Sweep of(YamlNode.Mapping root, List<String> overrides, Study.Naming naming) {
    YamlNode.Mapping common = root.without(List.of(SWEEP, Search.SEARCH));
    List<Axis> axes = new ArrayList<>();
    List<Map<String, List<YamlNode>>> excluded = new ArrayList<>();
    YamlNode said = root.entries().get(SWEEP);
    if (said != null) {
      YamlNode.Mapping block = block(said, SWEEP);
      for (String key : block.entries().keySet()) {
        if (!key.equals(EXCLUDE)) {
          axes.add(axis(key, block, naming));
        }
      }
      refuseSetInVain(axes.stream().map(Axis::key).toList(), overrides, SWEEP);
    }
    if (axes.stream().noneMatch(axis -> axis.key().equals(MAPPING))
        && common.entries().containsKey(MAPPING)) {
      axes.add(new Axis(MAPPING, values(MAPPING, MAPPING, common.entries().get(MAPPING), naming)));
    }
    axes.sort(Comparator.comparingInt(axis -> nesting(axis.key())));
    if (said instanceof YamlNode.Mapping block && block.entries().containsKey(EXCLUDE)) {
      excluded.addAll(exclusions(block.entries().get(EXCLUDE), axes));
    }
    return new Sweep(common, List.copyOf(axes), excluded, said != null);
  }

  /** Tells whether axes are named, and not the list of mappers alone. */
  boolean isSwept() {
    return swept;
  }

  /** Returns the keys of the axes, that of the mapper included. */
  Set<String> keys() {
    return axes.stream().map(Axis::key).collect(Collectors.toUnmodifiableSet());
  }

  // what is dear to open changes seldom: the data set outermost, the mapper innermost
  private static int nesting(String key) {
    String first = key.split("\\.")[0];
    int place = List.of("dataset", "backbone", "prompt").indexOf(first);
    return first.equals(MAPPING) ? 4 : place < 0 ? 3 : place;
  }

  private static Axis axis(String key, YamlNode.Mapping block, Study.Naming naming) {
    Place place = block.keys().get(key);
    if (NO_AXES.contains(key)) {
      throw new ConfigException(
          List.of(
              new Problem(
                  place, path(key), "is one for the whole study; name another key of the runs")));
    }
    if (!key.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*")) {
      throw new ConfigException(
          List.of(
              new Problem(
                  place, path(key), "a key with dots was expected, as in training.optimizer.lr")));
    }
    return new Axis(key, values(key, path(key), block.entries().get(key), naming));
  }

  private static List<Value> values(String key, String path, YamlNode node, Study.Naming naming) {
    List<YamlNode> items =
        node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
    if (items.isEmpty()) {
      throw problem(node, path, "has no values");
    }
    List<Value> values = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (YamlNode item : items) {
      YamlNode value = item;
      Map<String, YamlNode> with = Map.of();
      if (item instanceof YamlNode.Mapping mapping && mapping.entries().containsKey(WITH)) {
        with = block(mapping.entries().get(WITH), path + "." + WITH).entries();
        value = mapping.without(List.of(WITH));
      }
      if (value instanceof YamlNode.Mapping mapping
          && mapping.entries().containsKey(VALUE)
          && mapping.entries().size() == 1) {
        value = mapping.entries().get(VALUE);
      }
      String text = text(key, value, naming);
      String unique = text;
      for (int i = 2; !taken.add(unique); i++) {
        unique = text + "-" + i;
      }
      values.add(new Value(unique, value, with));
    }
    return List.copyOf(values);
  }

  private static String text(String key, YamlNode value, Study.Naming naming) {
    if (BLOCKS.contains(key)) {
      YamlNode name =
          value instanceof YamlNode.Mapping mapping ? mapping.entries().get(NAME) : value;
      if (name instanceof YamlNode.Scalar scalar) {
        return naming.nameOf(key, scalar.text());
      }
    }
    return text(value);
  }

  /** Writes a value as labels have it. */
  static String text(YamlNode value) {
    if (value instanceof YamlNode.Scalar scalar) {
      return scalar.text();
    } else if (value instanceof YamlNode.Sequence sequence) {
      return sequence.items().stream().map(item -> text(item)).collect(Collectors.joining("-"));
    }
    YamlNode.Mapping mapping = (YamlNode.Mapping) value;
    return mapping.entries().entrySet().stream()
        .map(entry -> (entry.getKey().equals(NAME) ? "" : entry.getKey()) + text(entry.getValue()))
        .collect(Collectors.joining("-"));
  }

  /**
   * Refuses to set what the study sets itself.
   *
   * @param keys of axes, or of what is searched
   * @param overrides what {@code --set} said
   * @param block where the keys have their values
   */
  static void refuseSetInVain(Collection<String> keys, List<String> overrides, String block) {
    for (String override : overrides) {
      String set = override.substring(0, Math.max(0, override.indexOf('='))).strip();
      for (String key : keys) {
        if (set.equals(key) || set.startsWith(key + ".")) {
          throw new InvalidInputException(
              "--set "
                  + override
                  + ": the study varies "
                  + key
                  + "; set its values: --set '"
                  + block
                  + "={"
                  + key
                  + ": [...]}'");
        }
      }
    }
  }

  private static List<Map<String, List<YamlNode>>> exclusions(YamlNode node, List<Axis> axes) {
    List<YamlNode> items =
        node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
    Set<String> keys = axes.stream().map(Axis::key).collect(Collectors.toSet());
    List<Map<String, List<YamlNode>>> excluded = new ArrayList<>();
    for (YamlNode item : items) {
      Map<String, List<YamlNode>> one = new LinkedHashMap<>();
      YamlNode.Mapping block = block(item, path(EXCLUDE));
      for (Map.Entry<String, YamlNode> entry : block.entries().entrySet()) {
        String key = entry.getKey();
        if (!keys.contains(key)) {
          throw new ConfigException(
              List.of(
                  new Problem(
                      block.keys().get(key),
                      path(EXCLUDE) + "." + key,
                      "no axis of this study; " + Suggestion.hint(key, keys))));
        }
        List<YamlNode> values =
            entry.getValue() instanceof YamlNode.Sequence sequence
                ? sequence.items()
                : List.of(entry.getValue());
        for (YamlNode value : values) {
          requireValue(axes, key, value);
        }
        one.put(key, values);
      }
      if (one.isEmpty()) {
        throw problem(item, path(EXCLUDE), "names no axis, and would exclude everything");
      }
      excluded.add(one);
    }
    return excluded;
  }

  private static void requireValue(List<Axis> axes, String key, YamlNode value) {
    List<Value> there =
        axes.stream().filter(axis -> axis.key().equals(key)).findFirst().orElseThrow().values();
    if (there.stream().noneMatch(known -> isMeant(known, value))) {
      throw problem(
          value,
          path(EXCLUDE) + "." + key,
          "the axis has no such value, found "
              + value.kind()
              + "; "
              + Suggestion.hint(text(value), there.stream().map(Value::text).toList()));
    }
  }

  // by name or value, as written or as it is called
  private static boolean isMeant(Value value, YamlNode node) {
    if (node instanceof YamlNode.Mapping) {
      return text(node).equals(text(value.node()));
    }
    String text = text(node);
    YamlNode name =
        value.node() instanceof YamlNode.Mapping mapping
            ? mapping.entries().get(NAME)
            : value.node();
    return text.equals(value.text())
        || (name instanceof YamlNode.Scalar scalar && sameText(text, scalar.text()));
  }

  private static boolean sameText(String one, String other) {
    String number = "-?[0-9]{1,20}(\\.[0-9]{1,20})?(e-?[0-9]{1,3})?";
    return one.equals(other)
        || (one.matches(number)
            && other.matches(number)
            && new BigDecimal(one).compareTo(new BigDecimal(other)) == 0);
  }

  /** Returns what all combinations have in common. */
  YamlNode.Mapping common() {
    return common;
  }

  /** Returns the combinations that are not excluded, the last axis changing fastest. */
  List<Combination> combinations() {
    long count = 1;
    for (Axis axis : axes) {
      count *= axis.values().size();
      if (count > MOST_RUNS) {
        throw problem(
            common, SWEEP, "has more than " + MOST_RUNS + " combinations; leave some values out");
      }
    }
    List<Combination> combinations = new ArrayList<>();
    Set<String> labels = new HashSet<>();
    for (long number = 0; number < count; number++) {
      Map<String, Value> chosen = choose(number);
      if (excluded.stream().noneMatch(one -> matches(one, chosen))) {
        combinations.add(combination(chosen, labels));
      }
    }
    if (combinations.isEmpty()) {
      throw problem(common, path(EXCLUDE), "leaves no run");
    }
    return combinations;
  }

  private Map<String, Value> choose(long number) {
    List<Value> reversed = new ArrayList<>();
    long rest = number;
    for (int i = axes.size() - 1; i >= 0; i--) {
      List<Value> values = axes.get(i).values();
      reversed.add(values.get((int) (rest % values.size())));
      rest /= values.size();
    }
    Map<String, Value> chosen = new LinkedHashMap<>();
    for (int i = 0; i < axes.size(); i++) {
      chosen.put(axes.get(i).key(), reversed.get(axes.size() - 1 - i));
    }
    return chosen;
  }

  private static boolean matches(Map<String, List<YamlNode>> one, Map<String, Value> chosen) {
    return one.entrySet().stream()
        .allMatch(
            entry ->
                entry.getValue().stream()
                    .anyMatch(node -> isMeant(chosen.get(entry.getKey()), node)));
  }

  private Combination combination(Map<String, Value> chosen, Set<String> labels) {
    YamlNode.Mapping experiment = common;
    List<String> keys = new ArrayList<>(chosen.keySet());
    // a block before what is inside it
    keys.sort(Comparator.comparingInt(key -> key.split("\\.").length));
    for (String key : keys) {
      experiment = set(experiment, key, chosen.get(key).node());
    }
    for (String key : keys) {
      for (Map.Entry<String, YamlNode> along : chosen.get(key).with().entrySet()) {
        experiment = set(experiment, along.getKey(), along.getValue());
      }
    }
    Map<String, String> named = new LinkedHashMap<>();
    keys = new ArrayList<>(chosen.keySet());
    keys.sort(Comparator.comparingInt(Sweep::placeInLabel));
    keys.forEach(key -> named.put(key, chosen.get(key).text()));
    String label = label(named);
    String unique = label;
    for (int i = 2; !labels.add(unique); i++) {
      unique = label + "-" + i;
    }
    return new Combination(unique, named, experiment);
  }

  /** Sets a value; a block is laid over the one that stands there. */
  static YamlNode.Mapping set(YamlNode.Mapping root, String key, YamlNode value) {
    YamlNode before = key.equals(MAPPING) ? null : Overrides.get(root, key);
    YamlNode after = before == null ? value : StudyFile.merged(before, value);
    return Overrides.set(root, key, after, path(key));
  }

  private static int placeInLabel(String key) {
    for (int place = 0; place < BLOCKS.size(); place++) {
      if (key.equals(BLOCKS.get(place))) {
        return 2 * place;
      } else if (key.startsWith(BLOCKS.get(place) + ".")) {
        return 2 * place + 1;
      }
    }
    return 2 * BLOCKS.size();
  }

  /** Joins the values, each with the last word of its key where it names no extension. */
  private static String label(Map<String, String> axes) {
    String label =
        axes.entrySet().stream()
            .map(axis -> BLOCKS.contains(axis.getKey()) ? axis.getValue() : word(axis, axes))
            .collect(Collectors.joining("-"))
            .replaceAll("[^A-Za-z0-9._+-]", "_")
            .replaceAll("^[.-]+", "");
    return label.substring(0, Math.min(label.length(), LONGEST_LABEL));
  }

  private static String word(Map.Entry<String, String> axis, Map<String, String> axes) {
    String key = axis.getKey();
    String last = key.substring(key.lastIndexOf('.') + 1);
    boolean alone = axes.keySet().stream().filter(other -> isCalled(other, last)).count() == 1;
    String word = alone ? last : key.replace('.', '-');
    return word + (axis.getValue().matches("[0-9].*") ? "" : "-") + axis.getValue();
  }

  private static boolean isCalled(String key, String last) {
    return key.equals(last) || key.endsWith("." + last);
  }

  private static String path(String key) {
    return SWEEP + "." + key;
  }

  private static YamlNode.Mapping block(YamlNode node, String path) {
    if (node instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    throw problem(node, path, "a block of keys was expected, found " + node.kind());
  }

  private static ConfigException problem(YamlNode node, String path, String message) {
    return new ConfigException(List.of(new Problem(node.place(), path, message)));
  }
}
