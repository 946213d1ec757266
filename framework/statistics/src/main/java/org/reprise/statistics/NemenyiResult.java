package org.reprise.statistics;

import java.util.List;

/**
 * Average ranks with the difference from which on two methods are told apart.
 *
 * @param dataSets how many data sets
 * @param averageRanks the mean rank of each method, in the order of the methods; 1 is best
 * @param level the chance of one false claim or more among all pairs, such as 0.05
 * @param criticalDifference two methods differ if their average ranks differ by this or more
 * @param cliques the largest groups of methods that are not told apart, best first: in each the
 *     methods' places, best first; groups may overlap, and methods without company are in none
 */
public record NemenyiResult(
    int dataSets,
    List<Double> averageRanks,
    double level,
    double criticalDifference,
    List<List<Integer>> cliques) {
  /** Copies the lists. */
  public NemenyiResult {
    averageRanks = List.copyOf(averageRanks);
    cliques = cliques.stream().map(List::copyOf).toList();
  }

  /**
   * Whether any difference of ranks could reach the critical one.
   *
   * @return whether so many data sets can tell a method that always wins from one that always loses
   */
  public boolean canTell() {
    return averageRanks.size() - 1 >= criticalDifference;
  }
}
