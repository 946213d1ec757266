package org.reprise.engine.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which test samples are worth a picture: of each target label some that were predicted so, from
 * the surest to the least sure, and some of the most frequent confusions. Where nothing was
 * predicted, the first of each class.
 */
final class Examples {
  private static final int OF_LABELS = 240;
  private static final int PER_LABEL = 6;
  private static final int LABELS = 480;
  private static final int CONFUSIONS = 16;
  private static final int PER_CONFUSION = 4;

  private Examples() {}

  /** A pair of labels that were taken for each other. */
  private record Confusion(int label, int prediction) {}

  /**
   * Chooses.
   *
   * @param labels of the test samples, in [0, KT)
   * @param predictions likewise, as many; the labels themselves where nothing was predicted
   * @param probabilities of the predictions, as many
   * @param targetLabels KT
   * @return indices of samples, ascending, at least one
   */
  static int[] of(int[] labels, int[] predictions, float[] probabilities, int targetLabels) {
    Set<Integer> chosen = new LinkedHashSet<>();
    List<List<Integer>> predicted = lists(targetLabels);
    Map<Confusion, List<Integer>> confused = new LinkedHashMap<>();
    Comparator<Integer> surest =
        Comparator.comparingDouble((Integer i) -> -probabilities[i]).thenComparing(i -> i);
    List<Integer> order = IntStream.range(0, labels.length).boxed().sorted(surest).toList();
    for (int i : order) {
      predicted.get(predictions[i]).add(i);
      if (labels[i] != predictions[i]) {
        confused
            .computeIfAbsent(new Confusion(labels[i], predictions[i]), pair -> new ArrayList<>())
            .add(i);
      }
    }
    int each = Math.max(1, Math.min(PER_LABEL, OF_LABELS / targetLabels));
    predicted.stream().limit(LABELS).forEach(list -> spread(list, each, chosen));
    confused.values().stream()
        .sorted(Comparator.comparingInt((List<Integer> list) -> -list.size()))
        .limit(CONFUSIONS)
        .forEach(list -> list.stream().limit(PER_CONFUSION).forEach(chosen::add));
    return chosen.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static List<List<Integer>> lists(int count) {
    return IntStream.range(0, count).<List<Integer>>mapToObj(i -> new ArrayList<>()).toList();
  }

  private static void spread(List<Integer> list, int count, Set<Integer> chosen) {
    int taken = Math.min(count, list.size());
    for (int i = 0; i < taken; i++) {
      chosen.add(list.get(taken == 1 ? 0 : i * (list.size() - 1) / (taken - 1)));
    }
  }
}
