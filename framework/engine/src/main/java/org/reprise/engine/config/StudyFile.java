package org.reprise.engine.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads an experiment's file and the files it leans on: what is not said here is said there. */
final class StudyFile {
  static final String BASE = "base";
  private static final int LONGEST_CHAIN = 16;

  private StudyFile() {}

  /**
   * Reads a file.
   *
   * @param file a YAML file
   * @param overrides {@code key.path=value} texts, applied in order after its bases
   * @return the block with everything said; without {@code base}
   * @throws ConfigException if a file is wrong, or is its own base
   */
  static YamlNode.Mapping read(Path file, List<String> overrides) {
    return Overrides.apply(read(file, new LinkedHashSet<>()), overrides);
  }

  private static YamlNode.Mapping read(Path file, Set<Path> above) {
    YamlNode.Mapping own = YamlReader.readFile(file);
    YamlNode base = own.entries().get(BASE);
    if (base == null) {
      return own;
    }
    above.add(file.toAbsolutePath().normalize());
    if (!(base instanceof YamlNode.Scalar text) || text.type() != YamlNode.ScalarType.TEXT) {
      throw problem(base, "the path of an experiment's file was expected, found " + base.kind());
    }
    Path below = base.place().folder().resolve(text.text()).normalize();
    if (above.contains(below)) {
      throw problem(base, below + " leans on this file itself");
    }
    if (above.size() >= LONGEST_CHAIN) {
      throw problem(base, "more than " + LONGEST_CHAIN + " files lean on each other");
    }
    // the name of a study is no extension's
    return laid(read(below, above), own.without(List.of(BASE)));
  }

  private static ConfigException problem(YamlNode node, String message) {
    return new ConfigException(List.of(new Problem(node.place(), BASE, message)));
  }

  /**
   * Lays what is said over what was said before. Blocks are merged key by key, unless they name
   * different extensions: options of the one mean nothing to the other. Anything else is replaced.
   *
   * @param below said before
   * @param above said now
   */
  static YamlNode merged(YamlNode below, YamlNode above) {
    boolean blocks = below instanceof YamlNode.Mapping || above instanceof YamlNode.Mapping;
    YamlNode.Mapping first = blocks ? block(below) : null;
    YamlNode.Mapping second = blocks ? block(above) : null;
    return first == null || second == null || namesAnother(first, second)
        ? above
        : laid(first, second);
  }

  private static YamlNode.Mapping laid(YamlNode.Mapping first, YamlNode.Mapping second) {
    Map<String, YamlNode> entries = new LinkedHashMap<>(first.entries());
    Map<String, Place> keys = new LinkedHashMap<>(first.keys());
    second
        .entries()
        .forEach(
            (key, value) -> {
              YamlNode old = entries.get(key);
              entries.put(key, old == null ? value : merged(old, value));
              keys.put(key, second.keys().get(key));
            });
    return new YamlNode.Mapping(entries, keys, second.place());
  }

  // a bare name is a block without options where it meets a block
  private static YamlNode.Mapping block(YamlNode node) {
    if (node instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    return node instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.ScalarType.TEXT
        ? new YamlNode.Mapping(
            Map.of("name", scalar), Map.of("name", scalar.place()), scalar.place())
        : null;
  }

  private static boolean namesAnother(YamlNode.Mapping first, YamlNode.Mapping second) {
    return first.entries().get("name") instanceof YamlNode.Scalar one
        && second.entries().get("name") instanceof YamlNode.Scalar other
        && !one.text().equals(other.text());
  }
}
