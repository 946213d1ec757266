package org.reprise.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.reprise.engine.config.TrainingOptions.Selection;

/**
 * What a study searches for. A search stands wherever a run would stand without it: each
 * combination of the axes has one of its own, and all of them try the same settings.
 */
final class Search {
  static final String SEARCH = "search";
  private static final String SPACE = "space";
  private static final String SELECTION = "training.selection";
  private static final String VALIDATION = "training.validation";

  private static final String EVALUATE_EVERY = "training.evaluate-every";

  /** Of the training split, where nothing is said. */
  private static final String SHARE = "0.1";

  /**
   * What is one for all trials of a search; and whoever tries seeds fits the noise of the
   * validation split.
   */
  private static final Set<String> NOT_SEARCHED =
      Set.of(
          "name",
          "output",
          "base",
          Sweep.SWEEP,
          SEARCH,
          "seed",
          SELECTION,
          VALIDATION,
          EVALUATE_EVERY,
          "training.epochs");

  private final SearchOptions options;
  private final List<Map<String, YamlNode>> drawn;
  private final Place place;

  private Search(SearchOptions options, List<Map<String, YamlNode>> drawn, Place place) {
    this.options = options;
    this.drawn = drawn;
    this.place = place;
  }

  /**
   * Reads a study's search.
   *
   * @param root everything said
   * @param axes keys that the study sets itself
   * @param overrides what {@code --set} said of it
   * @param environment the value of an environment variable, or null
   * @return empty where nothing is searched
   * @throws ConfigException if it is wrong
   */
  static Optional<Search> of(
      YamlNode.Mapping root,
      Set<String> axes,
      List<String> overrides,
      UnaryOperator<String> environment) {
    YamlNode found = root.entries().get(SEARCH);
    if (found == null) {
      return Optional.empty();
    }
    if (!(found instanceof YamlNode.Mapping block)) {
      throw problem(found.place(), SEARCH, "a block of keys was expected, found " + found.kind());
    }
    RecordBinder binder = new RecordBinder(environment);
    Set<String> known = new LinkedHashSet<>(RecordBinder.keys(SearchOptions.class));
    known.add(SPACE);
    binder.rejectUnknown(block, known, SEARCH);
    SearchOptions options = binder.bindKnown(SearchOptions.class, block, SEARCH);
    YamlNode written = block.entries().get(SPACE);
    if (written == null) {
      binder.problem(
          block.place(),
          SEARCH + "." + SPACE,
          "is missing (keys with dots, and what their values are drawn from)");
    }
    binder.throwIfProblems();
    String path = SEARCH + "." + SPACE;
    SearchSpace space = SearchSpace.of(written, path);
    for (String key : space.keys()) {
      if (NOT_SEARCHED.contains(key) || !key.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*")) {
        throw problem(
            space.place(key),
            path + "." + key,
            NOT_SEARCHED.contains(key)
                ? "cannot be searched; name another key of the runs"
                : "a key with dots was expected, as in mapping.laplace");
      }
    }
    space.requireApart(axes, path);
    Sweep.refuseSetInVain(space.keys(), overrides, path);
    return Optional.of(
        new Search(options, space.draw(options.trials(), options.seed(), path), block.place()));
  }

  /**
   * Returns the trials of one search.
   *
   * @param combination of the axes
   * @param environment the value of an environment variable, or null
   * @throws ConfigException with all problems found
   */
  List<Study.Variant> trials(Sweep.Combination combination, UnaryOperator<String> environment) {
    List<Study.Variant> trials = new ArrayList<>();
    Set<Problem> problems = new LinkedHashSet<>();
    for (int i = 0; i < drawn.size(); i++) {
      Map<String, String> values = new LinkedHashMap<>();
      YamlNode.Mapping written = judgedOnValidation(combination.experiment());
      for (Map.Entry<String, YamlNode> entry : drawn.get(i).entrySet()) {
        written = Sweep.set(written, entry.getKey(), entry.getValue());
        values.put(entry.getKey(), Sweep.text(entry.getValue()));
      }
      Trial trial = new Trial(combination.label(), i + 1, values, options);
      Map<String, String> axes = new LinkedHashMap<>(combination.axes());
      axes.putAll(values);
      try {
        Experiment experiment = Experiment.bind(written, environment);
        requireSense(written, experiment.training());
        trials.add(new Study.Variant(label(trial), axes, experiment, Optional.of(trial)));
      } catch (ConfigException e) {
        problems.addAll(e.problems()); // most trials have the same
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
    return trials;
  }

  private static String label(Trial trial) {
    int digits = Integer.toString(trial.options().trials()).length();
    return trial.search() + String.format(Locale.ROOT, "-trial%0" + digits + "d", trial.number());
  }

  private YamlNode.Mapping judgedOnValidation(YamlNode.Mapping experiment) {
    if (Overrides.get(experiment, SELECTION) != null) {
      return experiment;
    }
    YamlNode.Mapping judged = Sweep.set(experiment, SELECTION, text(Selection.VALIDATION));
    return Overrides.get(experiment, VALIDATION) == null
        ? Sweep.set(
            judged, VALIDATION, new YamlNode.Scalar(SHARE, YamlNode.ScalarType.DECIMAL, place))
        : judged;
  }

  private YamlNode text(Selection selection) {
    return new YamlNode.Scalar(Names.of(selection), YamlNode.ScalarType.TEXT, place);
  }

  private void requireSense(YamlNode.Mapping written, TrainingOptions training) {
    if (training.selection() != Selection.VALIDATION) {
      throw problem(
          Overrides.get(written, SELECTION).place(),
          SELECTION,
          "a search is judged on a validation split, and the test split is read by its winner"
              + " alone: leave the key out, or say validation; found "
              + Names.of(training.selection()));
    }
    if (training.evaluateEvery().epochs().orElse(1) != 1) {
      throw problem(
          Overrides.get(written, EVALUATE_EVERY).place(),
          EVALUATE_EVERY,
          "a search looks at the validation split after every epoch: leave the key out; found "
              + training.evaluateEvery().plain());
    }
    if (training.epochs() < options.minEpochs()) {
      throw problem(
          place,
          SEARCH + ".min-epochs",
          "must be training.epochs or less, found "
              + options.minEpochs()
              + " of "
              + training.epochs());
    }
  }

  /** Returns, in the words of JSON Schema, what the block may say. */
  static Map<String, Object> schema() {
    OptionSchema schema =
        new OptionSchema(
            (key, kind, standard) -> {
              throw new IllegalStateException(key + ": no extension can be named here");
            });
    Map<String, Object> properties = schema.properties(SearchOptions.class);
    List<Map<String, Object>> values = new ArrayList<>();
    values.add(Map.of("type", "array", "minItems", 1));
    Map<String, Object> range =
        Map.of("type", "array", "items", Map.of("type", "number"), "minItems", 2, "maxItems", 2);
    Map<String, Object> ranges = new LinkedHashMap<>();
    SearchSpace.KINDS.forEach(kind -> ranges.put(kind, range));
    values.add(
        Map.of(
            "type",
            "object",
            "properties",
            ranges,
            "additionalProperties",
            false,
            "minProperties",
            1,
            "maxProperties",
            1));
    Map<String, Object> space = new LinkedHashMap<>();
    space.put(
        "description",
        "keys with dots, and what their values are drawn from: a list, or log, uniform or integer"
            + " with both ends");
    space.put("type", "object");
    space.put("additionalProperties", Map.of("anyOf", values));
    properties.put(SPACE, space);
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("description", "tries settings on a validation split; the best is evaluated");
    block.put("type", "object");
    block.put("properties", properties);
    block.put("additionalProperties", false);
    return block;
  }

  private static ConfigException problem(Place place, String path, String message) {
    return new ConfigException(List.of(new Problem(place, path, message)));
  }
}
