package org.reprise.engine.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.reprise.support.Suggestion;

/**
 * The settings that a search draws from, by key with dots. Drawing is a pure function of the seed:
 * the first trials of a longer search are those of a shorter one.
 */
final class SearchSpace {
  /** Of a number that is drawn: it is a setting, and stands in labels and tables. */
  private static final MathContext DIGITS = new MathContext(3);

  private static final String LOG = "log";
  private static final String UNIFORM = "uniform";
  private static final String INTEGER = "integer";
  static final List<String> KINDS = List.of(LOG, UNIFORM, INTEGER);

  /** Draws without anything new after which a space counts as used up. */
  private static final int TRIES = 10_000;

  /** What a key's values are drawn from. */
  private interface Values {
    YamlNode draw(Random random);
  }

  private final Map<String, Values> keys;
  private final YamlNode.Mapping block;

  private SearchSpace(Map<String, Values> keys, YamlNode.Mapping block) {
    this.keys = keys;
    this.block = block;
  }

  /**
   * Reads a space.
   *
   * @param node a block of keys with dots
   * @param path the key path, for messages
   * @throws ConfigException at the first thing that is wrong
   */
  static SearchSpace of(YamlNode node, String path) {
    if (!(node instanceof YamlNode.Mapping block) || block.entries().isEmpty()) {
      throw problem(
          node,
          path,
          "keys with dots and what their values are drawn from were expected, as in"
              + " {mapping.laplace: {log: [0.01, 100]}}, found "
              + node.kind());
    }
    Map<String, Values> keys = new LinkedHashMap<>();
    block.entries().forEach((key, values) -> keys.put(key, values(values, path + "." + key)));
    return new SearchSpace(keys, block);
  }

  /** Returns the keys in the order written. */
  Set<String> keys() {
    return keys.keySet();
  }

  /** Returns where a key was written. */
  Place place(String key) {
    return block.keys().get(key);
  }

  private static Values values(YamlNode node, String path) {
    if (node instanceof YamlNode.Sequence list && !list.items().isEmpty()) {
      return random -> list.items().get(random.nextInt(list.items().size()));
    }
    if (!(node instanceof YamlNode.Mapping block) || block.entries().size() != 1) {
      throw problem(
          node,
          path,
          "a list of values, or {log: [from, to]}, {uniform: [from, to]} or {integer: [from, to]}"
              + " was expected, found "
              + node.kind());
    }
    String kind = block.entries().keySet().iterator().next();
    if (!KINDS.contains(kind)) {
      throw new ConfigException(
          List.of(
              new Problem(
                  block.keys().get(kind),
                  path + "." + kind,
                  "no such range; " + Suggestion.hint(kind, KINDS))));
    }
    YamlNode range = block.entries().get(kind);
    BigDecimal from = bound(range, 0, path + "." + kind);
    BigDecimal to = bound(range, 1, path + "." + kind);
    if (from.compareTo(to) >= 0) {
      throw problem(range, path + "." + kind, "must rise, found " + from + " to " + to);
    }
    if (kind.equals(LOG) && from.signum() <= 0) {
      throw problem(range, path + "." + kind, "must begin above 0, found " + from);
    }
    return kind.equals(INTEGER)
        ? integers(range, from, to, path + "." + kind)
        : numbers(range.place(), from, to, kind.equals(LOG));
  }

  private static BigDecimal bound(YamlNode range, int index, String path) {
    if (range instanceof YamlNode.Sequence list
        && list.items().size() == 2
        && list.items().get(index) instanceof YamlNode.Scalar scalar
        && scalar.text().length() <= 30) {
      try {
        BigDecimal value = new BigDecimal(scalar.text());
        if (Math.abs(value.precision() - value.scale()) <= 300) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw problem(scalar, path, "a number was expected, found " + scalar.kind());
      }
    }
    throw problem(
        range, path, "two numbers were expected, as in [0.01, 100], found " + range.kind());
  }

  private static Values integers(YamlNode range, BigDecimal from, BigDecimal to, String path) {
    long first;
    long size;
    try {
      first = from.longValueExact();
      size = Math.addExact(Math.subtractExact(to.longValueExact(), first), 1);
    } catch (ArithmeticException e) {
      throw problem(range, path, "two integers were expected, found " + from + " and " + to);
    }
    return random -> {
      long drawn = first + Math.min(size - 1, (long) (random.nextDouble() * size));
      return new YamlNode.Scalar(Long.toString(drawn), YamlNode.ScalarType.INTEGER, range.place());
    };
  }

  private static Values numbers(Place place, BigDecimal from, BigDecimal to, boolean log) {
    double low = log ? Math.log(from.doubleValue()) : from.doubleValue();
    double high = log ? Math.log(to.doubleValue()) : to.doubleValue();
    return random -> {
      double drawn = low + random.nextDouble() * (high - low);
      // StrictMath: the same settings on every machine
      BigDecimal value = new BigDecimal(log ? StrictMath.exp(drawn) : drawn).round(DIGITS);
      BigDecimal inside = value.max(from).min(to).stripTrailingZeros();
      String text = text(inside);
      boolean whole = text.matches("-?[0-9]+");
      return new YamlNode.Scalar(
          text, whole ? YamlNode.ScalarType.INTEGER : YamlNode.ScalarType.DECIMAL, place);
    };
  }

  private static String text(BigDecimal value) {
    return value.scale() > 8 || value.scale() < -8 ? value.toString() : value.toPlainString();
  }

  /**
   * Draws settings, no two of them the same.
   *
   * @param trials how many
   * @param seed to draw by
   * @param path the key path, for messages
   * @return values by key, a map for each trial
   * @throws ConfigException if the space has not so many
   */
  List<Map<String, YamlNode>> draw(int trials, long seed, String path) {
    Random random = new Random(seed);
    Map<List<String>, Map<String, YamlNode>> drawn = new LinkedHashMap<>();
    for (int tries = 0; drawn.size() < trials; tries++) {
      if (tries >= TRIES) {
        throw problem(
            block,
            path,
            "has "
                + drawn.size()
                + " different settings, and "
                + trials
                + " are to be tried; widen it, or set search.trials to "
                + drawn.size());
      }
      Map<String, YamlNode> one = new LinkedHashMap<>();
      keys.forEach((key, values) -> one.put(key, values.draw(random)));
      if (drawn.putIfAbsent(one.values().stream().map(Sweep::text).toList(), one) == null) {
        tries = 0;
      }
    }
    return List.copyOf(drawn.values());
  }

  /** Insists that no key is set twice: by another one, or by an axis. */
  void requireApart(Set<String> axes, String path) {
    Set<String> others = new HashSet<>(axes);
    for (String key : keys.keySet()) {
      for (String other : others) {
        if (key.equals(other)
            || other.startsWith(key + ".")
            || (keys.containsKey(other) && key.startsWith(other + "."))) {
          throw new ConfigException(
              List.of(
                  new Problem(
                      place(key), path + "." + key, "is set by " + other + " of this study, too")));
        }
      }
      others.add(key);
    }
  }

  private static ConfigException problem(YamlNode node, String path, String message) {
    return new ConfigException(List.of(new Problem(node.place(), path, message)));
  }
}
