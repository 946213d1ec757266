package org.reprise.engine.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.reprise.api.InvalidInputException;

/**
 * Training samples divided into a part to learn from and a part to select a checkpoint by.
 *
 * @param training indices that stay, ascending
 * @param validation indices cut off, ascending; disjoint from {@code training}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
public record StratifiedCut(int[] training, int[] validation) {

  /**
   * Cuts a fraction of every class. A class of c samples gives {@code round(fraction * c)}, but at
   * least one and not all of them; a class with a single sample keeps it for training.
   *
   * @param labels the label of each sample
   * @param fraction in (0, 1)
   * @param seed the run's seed, which chooses the samples within a class
   * @return the cut
   * @throws InvalidInputException if no class has a sample to spare
   */
  public static StratifiedCut of(int[] labels, double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction must be between 0 and 1, not " + fraction);
    }
    RandomStream random = RandomStream.of(seed, "validation-cut", 0);
    boolean[] cut = new boolean[labels.length];
    for (List<Integer> members : Classes.of(labels)) {
      int size = members.size();
      int wanted = (int) Math.max(1, Math.min(size - 1, Math.round(fraction * size)));
      int[] order = random.permutation(size);
      for (int i = 0; i < wanted && size > 1; i++) {
        cut[members.get(order[i])] = true;
      }
    }
    int[] validation =
        Arrays.stream(BatchOrder.identity(labels.length)).filter(i -> cut[i]).toArray();
    if (validation.length == 0) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "validation: %s of %d training samples leaves nothing to validate on: no class has"
                  + " two samples",
              fraction,
              labels.length));
    }
    int[] training =
        Arrays.stream(BatchOrder.identity(labels.length)).filter(i -> !cut[i]).toArray();
    return new StratifiedCut(training, validation);
  }
}
