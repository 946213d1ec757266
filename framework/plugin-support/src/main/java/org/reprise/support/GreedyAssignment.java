package org.reprise.support;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The greedy assignment of source labels to target labels: repeatedly take the largest remaining
 * entry of J, give that source label to that target label, strike the source label's row, and the
 * target label's column once it has as many as it may have, until every target label has. Of equal
 * entries the one with the lowest {@code s * KT + t} wins.
 *
 * <p>The entries are sorted once instead of searched for KT times. Only non-zero ones are sorted:
 * when they are used up all that is left is zero, and the rule then fills up the lowest open target
 * label with the lowest free source labels.
 *
 * <p>Source: with one source label each, frequent and iterative label mapping as in Cai et al.,
 * "Bayesian-guided Label Mapping for Visual Reprogramming", NeurIPS 2024; with several, the
 * frequency rule of Tsao et al., "AutoVP", ICLR 2024.
 */
public final class GreedyAssignment {
  private static final int DIGIT_BITS = 16;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private GreedyAssignment() {}

  /**
   * Assigns from joint counts.
   *
   * @param counts J {@code [KS,KT]} int64, none negative, on any device; borrowed
   * @param each how many source labels a target label gets, at least 1; KS is at least KT times
   *     that
   * @return {@code [KT][each]} distinct source labels, each target label's in the order in which it
   *     got them
   */
  public static long[][] assign(Tensor counts, int each) {
    try (PointerScope scope = new PointerScope()) {
      int sourceLabels = Math.toIntExact(counts.size(0));
      int targetLabels = Math.toIntExact(counts.size(1));
      Tensor flat = counts.flatten();
      Tensor cells = flat.nonzero().flatten();
      // found where the counts are: at most one entry for each sample leaves the device
      return assign(
          longs(cells), longs(flat.index_select(0, cells)), sourceLabels, targetLabels, each);
    }
  }

  /**
   * Assigns from the list of non-zero entries.
   *
   * @param cells {@code s * KT + t} of each, ascending
   * @param counts the entries there, positive
   * @param sourceLabels KS
   * @param targetLabels KT
   * @param each as for {@link #assign(Tensor, int)}
   * @return likewise
   */
  public static long[][] assign(
      long[] cells, long[] counts, int sourceLabels, int targetLabels, int each) {
    if (sourceLabels < (long) targetLabels * each) {
      throw new IllegalArgumentException(
          sourceLabels
              + " source labels do not give "
              + targetLabels
              + " targets "
              + each
              + " each");
    }
    long[][] given = new long[targetLabels][each];
    int[] had = new int[targetLabels];
    boolean[] taken = new boolean[sourceLabels];
    int open = targetLabels;
    for (int entry : byDescendingCount(counts)) {
      int source = (int) (cells[entry] / targetLabels);
      int target = (int) (cells[entry] % targetLabels);
      if (!taken[source] && had[target] < each) {
        taken[source] = true;
        given[target][had[target]++] = source;
        if (had[target] == each && --open == 0) {
          return given;
        }
      }
    }
    int free = 0;
    for (int target = 0; target < targetLabels; target++) {
      while (had[target] < each) {
        while (taken[free]) {
          free++;
        }
        given[target][had[target]++] = free++;
      }
    }
    return given;
  }

  /**
   * Sorts positions, largest count first, equal counts in their given order: a radix sort, which is
   * stable and needs a single round for counts below 65536.
   *
   * @param counts none negative
   * @return the positions in that order
   */
  private static int[] byDescendingCount(long[] counts) {
    long largest = 0;
    for (long count : counts) {
      largest = Math.max(largest, count);
    }
    int[] order = new int[counts.length];
    Arrays.setAll(order, i -> i);
    int[] next = new int[counts.length];
    for (int shift = 0; shift < Long.SIZE && largest >>> shift > 0; shift += DIGIT_BITS) {
      int[] starts = new int[DIGITS + 1];
      for (long count : counts) {
        starts[descendingDigit(count, shift) + 1]++;
      }
      for (int digit = 0; digit < DIGITS; digit++) {
        starts[digit + 1] += starts[digit];
      }
      for (int entry : order) {
        next[starts[descendingDigit(counts[entry], shift)]++] = entry;
      }
      int[] sorted = next;
      next = order;
      order = sorted;
    }
    return order;
  }

  private static int descendingDigit(long count, int shift) {
    return DIGITS - 1 - (int) (count >>> shift & DIGITS - 1);
  }

  private static long[] longs(Tensor tensor) {
    long[] values = new long[Math.toIntExact(tensor.numel())];
    if (values.length > 0) {
      tensor.cpu().contiguous().data_ptr_long().get(values);
    }
    return values;
  }
}
