package org.reprise.engine.plan;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.RecordBinder;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.sampling.SampleFilter;
import org.reprise.engine.store.SampleOptions;

/**
 * What to open of a data set and how to treat it.
 *
 * @param dataset the extension
 * @param filter which samples
 * @param options how to treat them
 * @param seed the run's
 * @param evaluatesOnly whether only test samples will be asked for
 */
public record DataPlan(
    BoundExtension<DatasetContext, Dataset> dataset,
    SampleFilter filter,
    SampleOptions options,
    long seed,
    boolean evaluatesOnly) {

  /**
   * Binds a {@code dataset} block alone.
   *
   * @param block the block
   * @param seed of choices among its samples
   * @param host where the extensions come from
   * @return what to open
   * @throws org.reprise.engine.config.ConfigException with all problems found
   */
  public static DataPlan bind(ExtensionBlock block, long seed, PluginHost host) {
    RecordBinder binder = new RecordBinder(System::getenv);
    DataPlan plan = bind(block, seed, host, binder);
    binder.throwIfProblems();
    return plan;
  }

  static DataPlan bind(ExtensionBlock block, long seed, PluginHost host, RecordBinder binder) {
    Set<String> engineKeys = new LinkedHashSet<>(RecordBinder.keys(SampleFilter.class));
    engineKeys.addAll(RecordBinder.keys(SampleOptions.class));
    return new DataPlan(
        ExperimentPlan.bind(Door.DATASET, block, engineKeys, host, binder),
        binder.bindKnown(SampleFilter.class, block.options(), block.path()),
        binder.bindKnown(SampleOptions.class, block.options(), block.path()),
        seed,
        false);
  }

  /** Returns this plan for data of which only the test samples are wanted. */
  DataPlan forEvaluation() {
    return new DataPlan(dataset, filter, options, seed, true);
  }

  /** Returns the block as it would be written in YAML, defaults filled in. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = dataset.toMap();
    map.putAll(RecordWriter.toMap(filter));
    map.putAll(RecordWriter.toMap(options));
    return map;
  }
}
