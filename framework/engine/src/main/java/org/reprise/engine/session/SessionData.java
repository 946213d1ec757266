package org.reprise.engine.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.Device;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.sampling.SampleFilter;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.Placement;
import org.reprise.engine.store.SampleCache;
import org.reprise.engine.store.SampleOptions;
import org.reprise.engine.store.SampleSource;
import org.reprise.engine.store.SampleStore;

/**
 * A data set and the splits of it that were prepared, each once for each form it is wanted in. To
 * be closed on the thread that opened it.
 */
public final class SessionData implements AutoCloseable {

  /**
   * What to open and how to treat it.
   *
   * @param dataset the extension
   * @param filter which samples
   * @param options how to treat them
   * @param seed the run's
   */
  public record Task(
      BoundExtension dataset, SampleFilter filter, SampleOptions options, long seed) {}

  private record StoreKey(Split split, ImagePreparation preparation) {}

  private final Task task;
  private final Dataset dataset;
  private final AtomicBoolean seedAsked = new AtomicBoolean();
  private final SampleCache cache;
  private final Map<StoreKey, SampleStore> stores = new HashMap<>();

  private SessionData(Task task) {
    this.task = task;
    this.cache = new SampleCache(CacheFolder.resolve().resolve("data"));
    DatasetContext context =
        () -> {
          seedAsked.set(true);
          return task.seed();
        };
    this.dataset = task.dataset().create(context);
  }

  /**
   * Opens a data set.
   *
   * @param task which
   * @return the data set
   */
  public static SessionData open(Task task) {
    return new SessionData(task);
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
   * @param progress hears how decoding goes on, and how many images were left out
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
        progress.leftOut(
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
            () -> task.filter().select(dataset, split, task.seed()),
            preparation,
            task.options().onCorrupt(),
            progress);
    Placement placement = new Placement(device, task.options().gpuShare());
    Map<String, Object> options = RecordWriter.toMap(task.dataset().options());
    List<Path> files = SourceFiles.named(options);
    if (!task.options().cache() || files.isEmpty()) {
      return SampleStore.load(source, placement);
    }
    boolean seeded = seedAsked.get() || task.filter().isSeeded(split);
    List<String> parts =
        List.of(
            task.dataset().entry().name(),
            task.dataset().entry().plugin() + " " + task.dataset().entry().version(),
            options.toString(),
            dataset.labels().toString(),
            split.label(),
            preparation.toString(),
            RecordWriter.toMap(task.filter()).toString(),
            task.options().onCorrupt().toString(),
            seeded ? Long.toString(task.seed()) : "");
    String name = task.dataset().entry().name() + "-" + split.label();
    SampleCache.Key key =
        new SampleCache.Key(
            name,
            SourceFiles.digest(parts, files),
            task.dataset().entry().name() + " " + split.label() + " " + preparation + " " + files);
    return cache.open(key, source, placement);
  }

  /** Returns the fingerprints of the samples loaded so far, by split and form. */
  Map<String, String> fingerprints() {
    Map<String, String> fingerprints = new TreeMap<>();
    stores.forEach(
        (key, store) ->
            fingerprints.put(key.split().label() + " " + key.preparation(), store.fingerprint()));
    return fingerprints;
  }

  @Override
  public void close() {
    stores.values().forEach(SampleStore::close);
    dataset.close();
  }
}
