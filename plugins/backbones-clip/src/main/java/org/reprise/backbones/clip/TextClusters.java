package org.reprise.backbones.clip;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;

/**
 * k-means (Lloyd 1982) of text embeddings, begun as k-means++ does (Arthur and Vassilvitskii 2007).
 * Of ten beginnings drawn by a fixed seed the one with the smallest sum of squared distances
 * counts, so that the same embeddings always give the same groups, whatever the run's seed.
 */
final class TextClusters {
  private static final long SEED = 0;
  private static final int BEGINNINGS = 10;
  private static final int MOST_ROUNDS = 300;

  private final double[][] rows;
  private final int count;
  private final int[] nearest;
  private double sum = Double.POSITIVE_INFINITY;

  private TextClusters(double[][] rows, int count) {
    this.rows = rows;
    this.count = count;
    this.nearest = new int[rows.length];
  }

  /**
   * Sorts texts into groups.
   *
   * @param features {@code [texts,D]}, float32
   * @param count groups
   * @return the group of each text, in order of each group's first text; none is empty
   * @throws InvalidInputException if there are fewer different texts than groups
   */
  static List<Integer> of(Tensor features, int count) {
    double[][] rows = rows(features);
    long different = Arrays.stream(rows).map(Arrays::toString).distinct().count();
    if (different < count) {
      throw new InvalidInputException(
          "backbone.clusters: "
              + count
              + " groups were asked for, but only "
              + different
              + " of the texts differ");
    }
    SplittableRandom random = new SplittableRandom(SEED);
    TextClusters best = new TextClusters(rows, count);
    for (int i = 0; i < BEGINNINGS; i++) {
      TextClusters other = new TextClusters(rows, count);
      other.run(random.split());
      best = other.sum < best.sum ? other : best;
    }
    return best.numbered();
  }

  private static double[][] rows(Tensor features) {
    int texts = (int) features.size(0);
    int length = (int) features.size(1);
    double[] flat = new double[texts * length];
    try (PointerScope scope = new PointerScope()) {
      new DoublePointer(features.cpu().to(ScalarType.Double).contiguous().data_ptr()).get(flat);
    }
    return IntStream.range(0, texts)
        .mapToObj(i -> Arrays.copyOfRange(flat, i * length, (i + 1) * length))
        .toArray(double[][]::new);
  }

  private void run(SplittableRandom random) {
    double[][] centres = begin(random);
    for (int round = 0; round < MOST_ROUNDS && assign(centres); round++) {
      centres = means();
    }
  }

  /** Each next centre is a text, drawn by its squared distance to the nearest one so far. */
  private double[][] begin(SplittableRandom random) {
    double[][] centres = new double[count][];
    centres[0] = rows[random.nextInt(rows.length)];
    double[] distances = new double[rows.length];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    for (int next = 1; next < count; next++) {
      double total = 0;
      for (int i = 0; i < rows.length; i++) {
        distances[i] = Math.min(distances[i], distance(rows[i], centres[next - 1]));
        total += distances[i];
      }
      double left = random.nextDouble() * total;
      int drawn = -1;
      for (int i = 0; i < rows.length && left >= 0; i++) {
        if (distances[i] > 0) {
          drawn = i;
          left -= distances[i];
        }
      }
      centres[next] = rows[drawn];
    }
    return centres;
  }

  /** Returns whether a text has changed its group. */
  private boolean assign(double[]... centres) {
    boolean first = Double.isInfinite(sum);
    boolean changed = first;
    sum = 0;
    for (int i = 0; i < rows.length; i++) {
      int best = 0;
      for (int centre = 1; centre < count; centre++) {
        if (distance(rows[i], centres[centre]) < distance(rows[i], centres[best])) {
          best = centre;
        }
      }
      changed |= best != nearest[i];
      nearest[i] = best;
      sum += distance(rows[i], centres[best]);
    }
    return changed;
  }

  /** A group that has lost all of its texts goes on from the text that is farthest from its own. */
  private double[][] means() {
    double[][] means = new double[count][rows[0].length];
    int[] sizes = new int[count];
    for (int i = 0; i < rows.length; i++) {
      sizes[nearest[i]]++;
      for (int d = 0; d < rows[i].length; d++) {
        means[nearest[i]][d] += rows[i][d];
      }
    }
    for (int group = 0; group < count; group++) {
      for (int d = 0; d < means[group].length && sizes[group] > 0; d++) {
        means[group][d] /= sizes[group];
      }
    }
    for (int group = 0; group < count; group++) {
      if (sizes[group] == 0) {
        int farthest =
            IntStream.range(0, rows.length)
                .filter(i -> sizes[nearest[i]] > 1)
                .boxed()
                .max(
                    (a, b) ->
                        Double.compare(
                            distance(rows[a], means[nearest[a]]),
                            distance(rows[b], means[nearest[b]])))
                .orElseThrow();
        sizes[nearest[farthest]]--;
        nearest[farthest] = group;
        sizes[group] = 1;
        means[group] = rows[farthest].clone();
      }
    }
    return means;
  }

  private static double distance(double[] a, double... b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sum;
  }

  private List<Integer> numbered() {
    int[] numbers = new int[count];
    Arrays.fill(numbers, -1);
    int next = 0;
    for (int group : nearest) {
      if (numbers[group] < 0) {
        numbers[group] = next++;
      }
    }
    return Arrays.stream(nearest).mapToObj(group -> numbers[group]).toList();
  }
}
