package org.reprise.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Methods ranked on each data set: 1 for the best, ties share the mean of their ranks. Immutable.
 */
public final class RankTable {
  private final long[][] doubledRanks;

  private RankTable(long[][] doubledRanks) {
    this.doubledRanks = doubledRanks;
  }

  /**
   * Ranks scores.
   *
   * @param scores one row for each data set, in it one score for each method in a fixed order;
   *     higher is better (negate what should be low); at least two methods and one data set
   * @return the ranks
   * @throws IllegalArgumentException if rows differ in length, there are too few, or a score is NaN
   *     or infinite
   */
  public static RankTable ofHigherIsBetter(double[][] scores) {
    Inputs.atLeast("the number of data sets", scores.length, 1);
    int methods = Inputs.atLeast("the number of methods", scores[0].length, 2);
    long[][] ranks = new long[scores.length][];
    for (int row = 0; row < scores.length; row++) {
      String name = "scores[" + row + "]";
      Inputs.sameLength("scores[0]", methods, name, scores[row].length);
      double[] values = Inputs.finite(name, scores[row]);
      Ticks ticks = Ticks.forValues(values);
      long[] descending = new long[methods];
      for (int i = 0; i < methods; i++) {
        descending[i] = -ticks.round(values[i]);
      }
      ranks[row] = Midranks.doubled(descending);
    }
    return new RankTable(ranks);
  }

  /**
   * How many data sets there are.
   *
   * @return at least 1
   */
  public int dataSets() {
    return doubledRanks.length;
  }

  /**
   * How many methods there are.
   *
   * @return at least 2
   */
  public int methods() {
    return doubledRanks[0].length;
  }

  /**
   * The mean rank of each method over the data sets.
   *
   * @return in the order of the methods, 1 to the number of methods
   */
  public List<Double> averageRanks() {
    List<Double> averages = new ArrayList<>(methods());
    for (int method = 0; method < methods(); method++) {
      long sum = 0;
      for (long[] row : doubledRanks) {
        sum += row[method];
      }
      averages.add(sum / 2.0 / dataSets());
    }
    return List.copyOf(averages);
  }

  /** Twice the ranks, a row for each data set. */
  long[][] doubledRanks() {
    long[][] copy = new long[doubledRanks.length][];
    for (int row = 0; row < copy.length; row++) {
      copy[row] = doubledRanks[row].clone();
    }
    return copy;
  }
}
