package org.reprise.engine.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPromptFactory;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.ExtensionKind;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.sampling.SampleFilter;
import org.reprise.engine.session.SessionData;
import org.reprise.engine.store.SampleOptions;

/**
 * An experiment bound to the plugins at hand: every name found, every option checked; nothing
 * opened yet.
 *
 * @param experiment as written
 * @param dataset the task
 * @param filter which samples of it
 * @param sampleOptions how to treat them
 * @param backbone the frozen network
 * @param prompt the input prompt
 * @param mappers the label mappers, one run for each
 */
public record ExperimentPlan(
    Experiment experiment,
    BoundExtension dataset,
    SampleFilter filter,
    SampleOptions sampleOptions,
    BoundExtension backbone,
    BoundExtension prompt,
    List<BoundExtension> mappers) {

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
    SessionData.Task data = bindData(experiment.dataset(), experiment.seed(), host, binder);
    BoundExtension backbone =
        bind(ExtensionKind.BACKBONE, experiment.backbone(), Set.of(), host, binder);
    BoundExtension prompt = bind(ExtensionKind.PROMPT, experiment.prompt(), Set.of(), host, binder);
    List<BoundExtension> mappers = new ArrayList<>();
    for (ExtensionBlock block : experiment.mapping()) {
      mappers.add(bind(ExtensionKind.MAPPER, block, Set.of(), host, binder));
    }
    binder.throwIfProblems();
    return new ExperimentPlan(
        experiment,
        data.dataset(),
        data.filter(),
        data.options(),
        backbone,
        prompt,
        List.copyOf(mappers));
  }

  /**
   * Binds a {@code dataset} block alone.
   *
   * @param block the block
   * @param seed of choices among its samples
   * @param host where the extensions come from
   * @return what to open
   * @throws org.reprise.engine.config.ConfigException with all problems found
   */
  public static SessionData.Task bindData(ExtensionBlock block, long seed, PluginHost host) {
    RecordBinder binder = new RecordBinder(System::getenv);
    SessionData.Task task = bindData(block, seed, host, binder);
    binder.throwIfProblems();
    return task;
  }

  private static SessionData.Task bindData(
      ExtensionBlock block, long seed, PluginHost host, RecordBinder binder) {
    Set<String> engineKeys = new LinkedHashSet<>(RecordBinder.keys(SampleFilter.class));
    engineKeys.addAll(RecordBinder.keys(SampleOptions.class));
    return new SessionData.Task(
        bind(ExtensionKind.DATASET, block, engineKeys, host, binder),
        binder.bindKnown(SampleFilter.class, block.options(), block.path()),
        binder.bindKnown(SampleOptions.class, block.options(), block.path()),
        seed);
  }

  /**
   * Binds one block.
   *
   * @param kind which door
   * @param block the block
   * @param engineKeys keys of the block that are the engine's and not the extension's
   * @param host where the extensions come from
   * @param binder collects the problems
   * @return the extension, or null if there were problems
   */
  public static BoundExtension bind(
      ExtensionKind kind,
      ExtensionBlock block,
      Set<String> engineKeys,
      PluginHost host,
      RecordBinder binder) {
    Optional<ExtensionEntry> entry = host.find(kind, block.name());
    if (entry.isEmpty()) {
      binder.problem(block.options().place(), block.path(), host.unknown(kind, block.name()));
      return null;
    }
    Class<? extends Record> type = entry.get().factory().optionsType();
    Set<String> known = new LinkedHashSet<>(RecordBinder.keys(type));
    known.addAll(engineKeys);
    binder.rejectUnknown(block.options(), known, block.path());
    Record options = binder.bindKnown(type, block.options(), block.path());
    return options == null ? null : new BoundExtension(entry.get(), options);
  }

  /** Returns this plan with one mapper only. */
  public ExperimentPlan withMapper(int index) {
    return new ExperimentPlan(
        experiment.withMapping(experiment.mapping().get(index)),
        dataset,
        filter,
        sampleOptions,
        backbone,
        prompt,
        List.of(mappers.get(index)));
  }

  /** Returns this plan with another edition and another folder for its run directories. */
  public ExperimentPlan with(Edition edition, Path output) {
    return new ExperimentPlan(
        experiment.with(edition, output.toString()),
        dataset,
        filter,
        sampleOptions,
        backbone,
        prompt,
        mappers);
  }

  /** Returns what to open of the data set. */
  public SessionData.Task data() {
    return new SessionData.Task(dataset, filter, sampleOptions, experiment.seed());
  }

  /** Returns the size of network input that the prompt asks for. */
  @SuppressWarnings("unchecked")
  public Optional<ImageSize> promptSize() {
    return ((InputPromptFactory<Record>) prompt.entry().factory()).promptSize(prompt.options());
  }

  /**
   * Returns the folder name of each mapper's run: its name, with {@code -2} and so on where it
   * occurs again.
   *
   * @return as many names as mappers, all different
   */
  public List<String> runNames() {
    List<String> names = new ArrayList<>();
    for (BoundExtension mapper : mappers) {
      String name = mapper.entry().name();
      for (int i = 2; names.contains(name); i++) {
        name = mapper.entry().name() + "-" + i;
      }
      names.add(name);
    }
    return names;
  }

  /**
   * Returns the experiment as YAML, defaults and absolute paths filled in; reading it gives this
   * plan again.
   */
  public String toYaml() {
    Map<String, Object> map = RecordWriter.toMap(experiment);
    Map<String, Object> data = dataset.toMap();
    data.putAll(RecordWriter.toMap(filter));
    data.putAll(RecordWriter.toMap(sampleOptions));
    map.put("dataset", data);
    map.put("backbone", backbone.toMap());
    map.put("prompt", prompt.toMap());
    map.put("mapping", mappers.stream().map(BoundExtension::toMap).toList());
    return RecordWriter.toYaml(map);
  }
}
