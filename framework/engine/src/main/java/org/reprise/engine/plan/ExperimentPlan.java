package org.reprise.engine.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reprise.api.ExtensionContext;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BackboneContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.options.Block;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;

/**
 * An experiment bound to the plugins at hand: every name found, every option checked; nothing
 * opened yet.
 *
 * @param experiment as written
 * @param host where the extensions come from
 * @param data the task, and how to treat its samples
 * @param backbone the frozen network
 * @param use what of the network counts as its source labels, and whether it is trained
 * @param prompt the input prompt
 * @param mappers the label mappers, one run for each
 * @param updateRule what moves the parameters that bring no rule of their own
 * @param trackers who else is told of the runs
 */
public record ExperimentPlan(
    Experiment experiment,
    PluginHost host,
    DataPlan data,
    BoundExtension<BackboneContext, Backbone> backbone,
    BackboneOptions use,
    BoundExtension<InputPromptContext, InputPrompt> prompt,
    List<BoundExtension<LabelMapperContext, LabelMapper>> mappers,
    BoundExtension<UpdateRuleContext, UpdateRule> updateRule,
    List<BoundExtension<RunListenerContext, RunListener>> trackers) {

  /**
   * Binds an experiment.
   *
   * @param experiment as written
   * @param host where the extensions come from
   * @return the plan
   * @throws org.reprise.engine.config.ConfigException with all problems found
   */
  public static ExperimentPlan bind(Experiment experiment, PluginHost host) {
    RecordBinder binder = new RecordBinder(System::getenv);
    DataPlan data = DataPlan.bind(experiment.dataset(), experiment.seed(), host, binder);
    BoundExtension<BackboneContext, Backbone> backbone =
        bind(
            Door.BACKBONE,
            experiment.backbone(),
            RecordBinder.keys(BackboneOptions.class),
            host,
            binder);
    BackboneOptions use =
        binder.bindKnown(
            BackboneOptions.class,
            experiment.backbone().options(),
            experiment.backbone().path(),
            blocks(host, binder, new ArrayList<>()));
    BoundExtension<InputPromptContext, InputPrompt> prompt =
        bind(Door.PROMPT, experiment.prompt(), Set.of(), host, binder);
    List<BoundExtension<LabelMapperContext, LabelMapper>> mappers = new ArrayList<>();
    for (ExtensionBlock block : experiment.mapping()) {
      mappers.add(bind(Door.MAPPER, block, Set.of(), host, binder));
    }
    BoundExtension<UpdateRuleContext, UpdateRule> updateRule =
        bind(Door.UPDATE_RULE, experiment.training().optimizer(), Set.of(), host, binder);
    List<BoundExtension<RunListenerContext, RunListener>> trackers = new ArrayList<>();
    for (ExtensionBlock block : experiment.tracking()) {
      trackers.add(bind(Door.LISTENER, block, Set.of(), host, binder));
    }
    binder.throwIfProblems();
    return new ExperimentPlan(
        experiment,
        host,
        data,
        backbone,
        use,
        prompt,
        List.copyOf(mappers),
        updateRule,
        List.copyOf(trackers));
  }

  /**
   * Binds one block.
   *
   * @param door which kind of extension
   * @param block the block
   * @param engineKeys keys of the block that are the engine's and not the extension's
   * @param host where the extensions come from
   * @param binder collects the problems
   * @return the extension, or null if there were problems
   */
  public static <C extends ExtensionContext, T> BoundExtension<C, T> bind(
      Door<C, T> door,
      ExtensionBlock block,
      Set<String> engineKeys,
      PluginHost host,
      RecordBinder binder) {
    Optional<ExtensionEntry<C, T>> entry = host.find(door, block.name());
    if (entry.isEmpty()) {
      binder.problem(block.options().place(), block.path(), host.unknown(door, block.name()));
      return null;
    }
    host.leftOut(door, block.name())
        .filter(plugin -> host.wasNamed(plugin.file()))
        .ifPresent(
            plugin ->
                binder.problem(
                    block.options().place(),
                    block.path(),
                    block.name()
                        + " would be that of plugin "
                        + entry.get().plugin()
                        + ", not of "
                        + plugin.file()
                        + ", which was named and is left out: give one of them another name"));
    Class<? extends Record> type = entry.get().optionsType();
    Set<String> known = new LinkedHashSet<>(RecordBinder.keys(type));
    known.addAll(engineKeys);
    binder.rejectUnknown(block.options(), known, block.path());
    List<BoundExtension<?, ?>> within = new ArrayList<>();
    Record options =
        binder.bindKnown(type, block.options(), block.path(), blocks(host, binder, within));
    return options == null ? null : new BoundExtension<>(entry.get(), options, within);
  }

  /** Binds the extensions that options name, and gathers them. */
  private static RecordBinder.Blocks blocks(
      PluginHost host, RecordBinder binder, List<BoundExtension<?, ?>> within) {
    return (kind, inner) -> {
      BoundExtension<?, ?> bound = bind(making(kind), inner, Set.of(), host, binder);
      if (bound == null) {
        return null;
      }
      within.add(bound);
      return new Block<>(kind, bound.entry().name(), RecordWriter.withPaths(bound.options()));
    };
  }

  private static Door<?, ?> making(Class<?> kind) {
    return Door.making(kind)
        .orElseThrow(() -> new IllegalStateException("no extension makes a " + kind.getName()));
  }

  /** Returns every extension that the runs' results depend on, those within others too. */
  public List<BoundExtension<?, ?>> extensions() {
    List<BoundExtension<?, ?>> all = new ArrayList<>(mappers);
    all.addAll(List.of(data.dataset(), backbone, prompt, updateRule));
    return all.stream().flatMap(BoundExtension::withInner).toList();
  }

  /** Returns this plan with one mapper only. */
  public ExperimentPlan withMapper(int index) {
    return with(
        experiment.withMapping(experiment.mapping().get(index)), List.of(mappers.get(index)));
  }

  /** Returns this plan with another edition and another folder for its run directories. */
  public ExperimentPlan with(Edition edition, Path folder) {
    return with(experiment.with(edition, folder.toString()), mappers);
  }

  /** Returns this plan for data of which only the test samples are wanted. */
  public ExperimentPlan forEvaluation() {
    return new ExperimentPlan(
        experiment,
        host,
        data.forEvaluation(),
        backbone,
        use,
        prompt,
        mappers,
        updateRule,
        trackers);
  }

  private ExperimentPlan with(
      Experiment changed, List<BoundExtension<LabelMapperContext, LabelMapper>> fewer) {
    return new ExperimentPlan(
        changed, host, data, backbone, use, prompt, fewer, updateRule, trackers);
  }

  /** Returns what of the network counts as its source labels. */
  public BackboneOptions.Output output() {
    return use.output();
  }

  /** Returns the size of network input that the prompt asks for. */
  public Optional<ImageSize> promptSize() {
    Optional<ImageSize> size =
        prompt.entry().factory() instanceof InputPromptFactory<?> factory
            ? promptSize(factory, prompt.options())
            : Optional.empty();
    if (size == null) { // as a plugin may have it
      throw new IllegalStateException(prompt.entry().title() + ": promptSize() returned nothing");
    }
    return size;
  }

  private static <O extends Record> Optional<ImageSize> promptSize(
      InputPromptFactory<O> factory, Record options) {
    return factory.promptSize(factory.optionsType().cast(options));
  }

  /**
   * Returns what people call each mapper's run: the mapper's name, with {@code -2} and so on where
   * it occurs again.
   *
   * @return as many labels as mappers, all different
   */
  public List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (BoundExtension<LabelMapperContext, LabelMapper> mapper : mappers) {
      String name = mapper.entry().name();
      String label = name;
      for (int i = 2; labels.contains(label); i++) {
        label = name + "-" + i;
      }
      labels.add(label);
    }
    return labels;
  }

  /**
   * Returns the experiment as YAML, defaults and absolute paths filled in; reading it gives this
   * plan again.
   */
  public String toYaml() {
    return RecordWriter.toYaml(toMap());
  }

  /**
   * Returns the experiment as text by key with dots, without who is told of it. A list of one block
   * counts as that block.
   *
   * @return in the order of the file, e.g. {@code training.epochs} to {@code 5}
   */
  public Map<String, String> settings() {
    Map<String, Object> map = toMap();
    map.remove("tracking");
    Map<String, String> settings = new LinkedHashMap<>();
    flatten("", map, settings);
    return settings;
  }

  private static void flatten(String path, Object value, Map<String, String> settings) {
    if (value instanceof Map<?, ?> block) {
      block.forEach(
          (key, item) -> flatten(path.isEmpty() ? "" + key : path + "." + key, item, settings));
    } else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
      for (int i = 0; i < list.size(); i++) {
        flatten(list.size() == 1 ? path : path + "." + i, list.get(i), settings);
      }
    } else {
      settings.put(path, String.valueOf(value));
    }
  }

  /** Returns the experiment as plain maps, lists and scalars, as {@link #toYaml} writes them. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", experiment.name());
    map.put("seed", experiment.seed());
    map.put("device", experiment.device());
    map.put("precision", Names.of(experiment.precision()));
    map.put("execution", Names.of(experiment.execution()));
    map.put("dataset", data.toMap());
    Map<String, Object> network = backbone.toMap();
    network.putAll(use.toMap());
    map.put("backbone", network);
    map.put("prompt", prompt.toMap());
    map.put("mapping", mappers.stream().map(BoundExtension::toMap).toList());
    Map<String, Object> training = RecordWriter.toMap(experiment.training());
    training.put("optimizer", updateRule.toMap());
    map.put("training", training);
    map.put("output", experiment.output());
    if (!trackers.isEmpty()) {
      map.put("tracking", trackers.stream().map(BoundExtension::toMap).toList());
    }
    return map;
  }
}
