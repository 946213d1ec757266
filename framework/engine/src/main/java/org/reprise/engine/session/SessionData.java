package org.reprise.engine.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.identity.DeclaredInputs;
import org.reprise.engine.identity.Digests;
import org.reprise.engine.plan.DataPlan;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.Placement;
import org.reprise.engine.store.SampleCache;
import org.reprise.engine.store.SampleSource;
import org.reprise.engine.store.SampleStore;

/**
 * A data set and the splits of it that were prepared, each once for each form it is wanted in. To
 * be closed on the thread that opened it.
 */
public final class SessionData implements AutoCloseable {

  private record StoreKey(Split split, ImagePreparation preparation) {}

  private final DataPlan plan;
  private final Dataset dataset;
  private final DeclaredInputs inputs = new DeclaredInputs();
  private final Contexts.OfDataset context;
  private final SampleCache cache;
  private final Map<StoreKey, SampleStore> stores = new HashMap<>();

  /** Of the inputs: a large folder is walked once, not for every split. */
  private final Map<Path, String> stamps = new HashMap<>();

  private SessionData(DataPlan plan, PluginHost host, Consumer<String> notes) {
    this.plan = plan;
    this.cache = new SampleCache(CacheFolder.resolve().resolve("data"));
    this.context =
        new Contexts.OfDataset(
            new Contexts.Surroundings(host, inputs, notes), plan.seed(), plan.evaluatesOnly());
    inputs.declareOptions(plan.dataset().options());
    this.dataset = plan.dataset().create(context);
  }

  /**
   * Opens a data set.
   *
   * @param plan which
   * @param host where extensions come from
   * @param notes is told what the data set has to say
   * @return the data set
   */
  public static SessionData open(DataPlan plan, PluginHost host, Consumer<String> notes) {
    return new SessionData(plan, host, notes);
  }

  /** Returns the data set; this object's. */
  public Dataset dataset() {
    return dataset;
  }

  /**
   * Loads (once) the samples of a split: from the cache, where they are; else by decoding them,
   * into the cache where the data set comes from files.
   *
   * @param split which part
   * @param preparation the form
   * @param device where batches are wanted
   * @param progress is told how many samples are decoded, and how many images were left out
   * @return the samples; this object's
   * @throws IOException if a sample cannot be read
   */
  public SampleStore samples(
      Split split, ImagePreparation preparation, Device device, LoadProgress progress)
      throws IOException {
    StoreKey key = new StoreKey(split, preparation);
    SampleStore store = stores.get(key);
    if (store == null) {
      store = load(split, preparation, device, progress);
      stores.put(key, store);
      SampleStore.Skipped skipped = store.skipped();
      if (skipped.count() > 0) {
        progress.note(
            split.label()
                + ": "
                + skipped.count()
                + " image(s) left out (on-corrupt: skip), the first: "
                + skipped.first());
      }
    }
    return store;
  }

  private SampleStore load(
      Split split, ImagePreparation preparation, Device device, LoadProgress progress)
      throws IOException {
    SampleSource source =
        new SampleSource(
            dataset,
            split,
            () -> plan.filter().select(dataset, split, plan.seed()),
            preparation,
            plan.options().onCorrupt(),
            progress);
    Placement placement = new Placement(device, plan.options().gpuShare());
    // a data set that reads no file is made by a program, which costs less than a cache
    if (!plan.options().cache() || inputs.paths().isEmpty()) {
      return SampleStore.load(source, placement);
    }
    SampleCache.Key key = key(split, preparation);
    return cache.open(key, source, placement);
  }

  // everything that decides the samples: who reads them and in which build, of what, which, how
  SampleCache.Key key(Split split, ImagePreparation preparation) {
    ExtensionEntry<?, ?> entry = plan.dataset().entry();
    boolean seeded = context.isSeeded() || plan.filter().isSeeded(split);
    List<String> parts = new ArrayList<>();
    parts.add("reader " + SampleCache.VERSION);
    parts.add(entry.name());
    parts.add(entry.plugin().digest());
    parts.add(RecordWriter.toMap(plan.dataset().options()).toString());
    parts.add(dataset.labels().toString());
    parts.add(split.label());
    parts.add(preparation.toString());
    parts.add(RecordWriter.toMap(plan.filter()).toString());
    parts.add(plan.options().onCorrupt().toString());
    parts.add(seeded ? Long.toString(plan.seed()) : "");
    inputs
        .paths()
        .forEach(path -> parts.add(path + " " + stamps.computeIfAbsent(path, Digests::stamps)));
    return new SampleCache.Key(
        entry.name() + "-" + split.label(),
        Digests.ofText(String.join("\0", parts)),
        entry.name() + " " + split.label() + " " + preparation + " " + inputs.paths());
  }

  /** Tells whether another plan means the same samples. */
  boolean serves(DataPlan other) {
    boolean seeded =
        context.isSeeded()
            || Arrays.stream(Split.values()).anyMatch(split -> plan.filter().isSeeded(split));
    return plan.dataset().entry().equals(other.dataset().entry())
        && plan.toMap().equals(other.toMap())
        && plan.evaluatesOnly() == other.evaluatesOnly()
        && (!seeded || plan.seed() == other.seed());
  }

  /** Returns the files and folders that the samples depend on. */
  DeclaredInputs inputs() {
    return inputs;
  }

  @Override
  public void close() {
    List<AutoCloseable> all = new ArrayList<>(List.of(dataset));
    all.addAll(stores.values());
    Closing.all(all);
  }
}
