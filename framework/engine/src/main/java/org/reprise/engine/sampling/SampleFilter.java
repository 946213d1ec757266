package org.reprise.engine.sampling;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Which samples of a data set an experiment uses: the keys {@code limit} and {@code shots} of its
 * {@code dataset} block.
 *
 * <pre>{@code
 * dataset: {name: ..., limit: {train: 1000, test: 500}}                 # the first n in file order
 * dataset: {name: ..., limit: {train: 10, test: 5, per-class: true}}    # n of each class, by seed
 * dataset: {name: ..., shots: 16, limit: {test: 500}}                   # 16 of each class to train on
 * }</pre>
 *
 * @param limit upper bounds on the samples of each split
 * @param shots exact number of training samples of each class
 */
public record SampleFilter(
    @Option("at most so many samples of each split; the first in file order, or by class")
        Optional<Limit> limit,
    @Option("training samples of each class, chosen by the seed; 1 or more")
        Optional<Integer> shots) {

  /** Takes everything. */
  public static final SampleFilter NONE = new SampleFilter(Optional.empty(), Optional.empty());

  /** Checks the range of {@code shots}, and that {@code limit} does not limit them again. */
  public SampleFilter {
    InvalidOptionException.unless(
        shots.orElse(1) >= 1, "shots", "must be 1 or more, found %s", shots.orElse(1));
    InvalidOptionException.unless(
        shots.isEmpty() || limit.isEmpty() || limit.get().train().isEmpty(),
        "shots",
        "cannot be combined with limit.train: both choose the training samples");
  }

  /**
   * Upper bounds on the samples of each split; a split with fewer samples is used whole.
   *
   * @param train bound on the training split
   * @param validation bound on the data set's own validation split
   * @param test bound on the test split
   * @param perClass whether the bounds count samples of each class instead of all samples
   */
  public record Limit(
      @Option("at most so many training samples; 1 or more") Optional<Integer> train,
      @Option("at most so many validation samples; 1 or more") Optional<Integer> validation,
      @Option("at most so many test samples; 1 or more") Optional<Integer> test,
      @Option(value = "count samples of each class, chosen by the seed", defaultValue = "false")
          boolean perClass) {

    /** Checks the ranges. */
    public Limit {
      check("train", train);
      check("validation", validation);
      check("test", test);
    }

    private static void check(String key, Optional<Integer> bound) {
      InvalidOptionException.unless(
          bound.orElse(1) >= 1, key, "must be 1 or more, found %s", bound.orElse(1));
    }

    private Optional<Integer> of(Split split) {
      return switch (split) {
        case TRAIN -> train;
        case VALIDATION -> validation;
        case TEST -> test;
      };
    }
  }

  /**
   * Tells whether the choice depends on the seed.
   *
   * @param split which part
   */
  public boolean isSeeded(Split split) {
    return (split == Split.TRAIN && shots.isPresent())
        || limit.map(limits -> limits.perClass() && limits.of(split).isPresent()).orElse(false);
  }

  /**
   * Chooses samples.
   *
   * @param dataset where from; its labels are asked for where the choice goes by class, its images
   *     are not
   * @param split which part
   * @param seed the run's seed
   * @return indices into the split, ascending
   * @throws IOException if a label cannot be read
   * @throws InvalidInputException if a class has fewer samples than {@code shots}
   */
  public int[] select(Dataset dataset, Split split, long seed) throws IOException {
    int size = dataset.size(split);
    if (size < 0) {
      throw new IllegalStateException(
          dataset.getClass().getName() + ".size(" + split + ") returned " + size);
    }
    Optional<Integer> bound = limit.flatMap(limits -> limits.of(split));
    requireRoom(size, split, bound);
    if (split == Split.TRAIN && shots.isPresent()) {
      return ofEachClass(dataset, split, seed, shots.get(), true);
    }
    if (bound.isEmpty()) {
      return BatchOrder.identity(size);
    }
    return limit.get().perClass()
        ? ofEachClass(dataset, split, seed, bound.get(), false)
        : BatchOrder.identity(Math.min(size, bound.get()));
  }

  // several lists as long as the split are made, of which the first alone could fill the heap
  private void requireRoom(int size, Split split, Optional<Integer> bound) {
    boolean byClass = isSeeded(split);
    long listed = byClass ? size : Math.min(size, bound.orElse(size));
    long heap = Runtime.getRuntime().maxMemory();
    if (listed * Integer.BYTES * 4 > heap) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "the data set says it has %,d %s samples, more than can be listed in the Java heap of"
                  + " %.1f GB; expected fewer, or a limit in the dataset block",
              size,
              split.label(),
              heap / 1e9));
    }
  }

  private static int[] ofEachClass(
      Dataset dataset, Split split, long seed, int count, boolean exactly) throws IOException {
    int[] labels = new int[dataset.size(split)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = label(dataset, split, i);
    }
    List<List<Integer>> classes = Classes.of(labels);
    if (exactly) {
      checkShots(dataset, split, classes, labels, count);
    }
    RandomStream random = RandomStream.of(seed, "choose-" + split.label(), 0);
    int[] chosen =
        classes.stream()
            .flatMap(
                members ->
                    Arrays.stream(random.permutation(members.size()))
                        .limit(count)
                        .mapToObj(members::get))
            .mapToInt(Integer::intValue)
            .toArray();
    Arrays.sort(chosen);
    return chosen;
  }

  private static int label(Dataset dataset, Split split, int index) throws IOException {
    int label = dataset.label(split, index);
    int classes = dataset.labels().size();
    if (label < 0 || label >= classes) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s sample %d: label %d, expected 0 to %d (the data set has %d classes)",
              split.label(),
              index,
              label,
              classes - 1,
              classes));
    }
    return label;
  }

  private static void checkShots(
      Dataset dataset, Split split, List<List<Integer>> classes, int[] labels, int shots) {
    int[] counts = new int[dataset.labels().size()];
    classes.forEach(members -> counts[labels[members.get(0)]] = members.size());
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] < shots) {
        throw new InvalidInputException(
            String.format(
                Locale.ROOT,
                "shots: %d, but class \"%s\" has only %d sample(s) in the %s split",
                shots,
                dataset.labels().get(label),
                counts[label],
                split.label()));
      }
    }
  }
}
