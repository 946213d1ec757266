package org.reprise.engine.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Experiments that differ along axes, as one file describes them: one for each combination of the
 * values under {@code sweep}, and of the mappers under {@code mapping}.
 *
 * @param runs each with one mapper, in an order in which those that share a data set and a backbone
 *     follow each other; at least one
 * @param alone the experiment itself, with all of its mappers, where no axes are named and nothing
 *     is searched
 * @param yaml everything said, bases and {@code --set} included, as text
 */
public record Study(List<Variant> runs, Optional<Experiment> alone, String yaml) {
  /** Copies the list. */
  public Study {
    runs = List.copyOf(runs);
  }

  /**
   * One experiment of a study.
   *
   * @param label the values of its axes; no other run of the study has it
   * @param axes the value of each axis, in the order of the label: the name of an extension (with
   *     {@code -2} and so on where an axis has it again), else the value as written; what is
   *     searched among them
   * @param experiment with one mapper
   * @param trial of which search it is one; empty where nothing is searched
   */
  public record Variant(
      String label, Map<String, String> axes, Experiment experiment, Optional<Trial> trial) {
    /** Copies the map, keeping its order. */
    public Variant {
      axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
    }
  }

  /**
   * Returns, in the words of JSON Schema, what a file may say beside the keys of {@link
   * Experiment}.
   *
   * @return by key
   */
  public static Map<String, Object> schema() {
    Map<String, Object> exclusion =
        Map.of("anyOf", List.of(Map.of("type", "array"), Map.of("type", "object")));
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(
        StudyFile.BASE,
        Map.of(
            "description", "another experiment's file; what is not said here is said there",
            "type", "string"));
    keys.put(
        Sweep.SWEEP,
        Map.of(
            "description",
            "values by key with dots: a run for each combination; exclude leaves some out",
            "type",
            "object",
            "properties",
            Map.of(Sweep.EXCLUDE, exclusion),
            "propertyNames",
            Map.of("pattern", "^[a-z0-9-]+(\\.[a-z0-9-]+)*$")));
    keys.put(Search.SEARCH, Search.schema());
    return keys;
  }

  /** Knows extensions by all of their names. */
  @FunctionalInterface
  public interface Naming {
    /**
     * Returns what an extension is called.
     *
     * @param key of the experiment that names it, e.g. {@code mapping}
     * @param written its name or an alias
     * @return its name; what was written where there is no such extension
     */
    String nameOf(String key, String written);
  }

  /**
   * Reads a study. An experiment without {@code sweep} is one as well: its mappers are its runs.
   *
   * @param file a YAML file
   * @param overrides {@code key.path=value} texts, applied in order
   * @param naming knows extensions
   * @return the study
   * @throws ConfigException with all problems found
   */
  public static Study read(Path file, List<String> overrides, Naming naming) {
    return read(file, overrides, naming, System::getenv);
  }

  static Study read(
      Path file, List<String> overrides, Naming naming, UnaryOperator<String> environment) {
    YamlNode.Mapping root = StudyFile.read(file, overrides);
    Sweep sweep = Sweep.of(root, overrides, naming);
    Set<Problem> problems = new LinkedHashSet<>();
    List<Variant> runs = new ArrayList<>();
    Optional<Search> search = Search.of(root, sweep.keys(), overrides, environment);
    for (Sweep.Combination combination : sweep.combinations()) {
      try {
        if (search.isPresent()) {
          runs.addAll(search.get().trials(combination, environment));
        } else {
          Experiment experiment = Experiment.bind(combination.experiment(), environment);
          runs.add(
              new Variant(combination.label(), combination.axes(), experiment, Optional.empty()));
        }
      } catch (ConfigException e) {
        problems.addAll(e.problems()); // most runs have the same
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
    Optional<Experiment> alone =
        sweep.isSwept() || search.isPresent()
            ? Optional.empty()
            : Optional.of(Experiment.bind(sweep.common(), environment));
    return new Study(runs, alone, RecordWriter.toYaml(plain(root)));
  }

  private static Map<String, Object> plain(YamlNode.Mapping block) {
    Map<String, Object> map = new LinkedHashMap<>();
    block.entries().forEach((key, value) -> map.put(key, plain(value)));
    return map;
  }

  private static Object plain(YamlNode node) {
    if (node instanceof YamlNode.Mapping mapping) {
      return plain(mapping);
    } else if (node instanceof YamlNode.Sequence sequence) {
      return sequence.items().stream().map(item -> plain(item)).toList();
    }
    YamlNode.Scalar scalar = (YamlNode.Scalar) node;
    if (scalar.type() == YamlNode.ScalarType.BOOLEAN) {
      return Boolean.valueOf(scalar.text());
    }
    boolean isNumber =
        scalar.type() != YamlNode.ScalarType.TEXT && scalar.text().matches("-?[0-9]+(\\.[0-9]+)?");
    return isNumber ? new BigDecimal(scalar.text()) : scalar.text();
  }
}
