package org.reprise.engine.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.data.Augmentation;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.sampling.Augmenter;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.session.Session;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.BatchFeed;
import org.reprise.engine.training.Trainer;

/**
 * Batches of an experiment's training samples, gathered in shuffled order, as they are and
 * augmented. The bytes are those of the float32 images that a batch consists of, which are written
 * once; a copy that reads as many as it writes moves two.
 */
public final class LoaderBench {
  private LoaderBench() {}

  /**
   * Measures.
   *
   * @param plan whose samples
   * @param batches to time, at least 1
   * @param limits of the machine
   */
  public static BenchTable run(ExperimentPlan plan, int batches, Limits limits) throws IOException {
    try (PointerScope scope = new PointerScope();
        Session session = Session.open(plan, event -> {});
        InputPrompt prompt = session.newPrompt()) {
      Trainer.Splits splits = session.splits(prompt, event -> {}, () -> false);
      List<BenchTable.Row> rows = new ArrayList<>();
      rows.add(row("gathered", splits, Optional.empty(), plan, batches, limits));
      if (splits.augmentation().isPresent()) {
        rows.add(row("gathered, augmented", splits, splits.augmentation(), plan, batches, limits));
      }
      return new BenchTable("loader", rows);
    }
  }

  private static BenchTable.Row row(
      String what,
      Trainer.Splits splits,
      Optional<Augmentation> augmentation,
      ExperimentPlan plan,
      int batches,
      Limits limits) {
    long seed = plan.experiment().seed();
    int size = splits.train().size();
    Augmenter augmenter = new Augmenter(augmentation, seed, size);
    List<int[]> order =
        BatchOrder.batches(
            BatchOrder.shuffled(size, seed, 0),
            Math.min(size, plan.experiment().training().batchSize()));
    List<int[]> taken =
        IntStream.rangeClosed(0, batches)
            .mapToObj(i -> order.get(i % Math.max(1, order.size() - 1))) // of one size
            .toList();
    List<Double> times = new ArrayList<>();
    double bytes = 0;
    try (BatchFeed feed = splits.train().feed(taken)) {
      for (int i = 0; i <= batches; i++) {
        try (PointerScope scope = new PointerScope()) {
          long start = System.nanoTime();
          Batch batch = augmenter.apply(feed.next(), taken.get(i), "training", 0);
          Tensor images = batch.images();
          images.flatten().select(0, 0).item_float(); // waits for a GPU
          if (i > 0) { // the first one warms up
            times.add((System.nanoTime() - start) * 1e-9);
          }
          bytes = (double) images.numel() * images.element_size();
        }
      }
    }
    Collections.sort(times);
    double median = times.get(times.size() / 2);
    Map<String, BenchTable.Figure> figures = new LinkedHashMap<>();
    figures.put("ms", BenchTable.Figure.less(1e3 * median));
    figures.put("images/s", BenchTable.Figure.more(order.get(0).length / median));
    figures.put("GB/s", BenchTable.Figure.more(1e-9 * bytes / median));
    figures.put(
        "share of the copy",
        BenchTable.Figure.more(2e-9 * bytes / median / limits.copyGigabytes()));
    return new BenchTable.Row(what, figures);
  }
}
