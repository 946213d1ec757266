package org.reprise.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Nemenyi's test (1963; Demšar, JMLR 2006) of all pairs of methods by their average ranks, to be
 * read after a Friedman test that found a difference.
 */
public final class NemenyiTest {
  private final double level;

  /**
   * Makes the test.
   *
   * @param level the chance of a false claim that is accepted, 0.001 to 0.5
   * @throws IllegalArgumentException if the level is out of range
   */
  public NemenyiTest(double level) {
    this.level = Inputs.within("level", level, 0.001, 0.5);
  }

  /**
   * Computes the critical difference and the groups of methods that it does not tell apart.
   *
   * @param table the ranks
   * @return average ranks, critical difference and cliques
   */
  public NemenyiResult of(RankTable table) {
    int k = table.methods();
    double q = new StudentizedRange(k).quantile(1 - level) / Math.sqrt(2);
    double criticalDifference = q * Math.sqrt(k * (k + 1.0) / (6.0 * table.dataSets()));
    List<Double> ranks = table.averageRanks();
    return new NemenyiResult(
        table.dataSets(), ranks, level, criticalDifference, cliques(ranks, criticalDifference));
  }

  private static List<List<Integer>> cliques(List<Double> ranks, double criticalDifference) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(ranks::get));
    List<List<Integer>> cliques = new ArrayList<>();
    int covered = 0; // the end of the last group: one that ends there is part of it
    for (int start = 0; start < order.size(); start++) {
      int end = start;
      while (end < order.size()
          && ranks.get(order.get(end)) - ranks.get(order.get(start)) < criticalDifference) {
        end++;
      }
      if (end > covered && end - start > 1) {
        cliques.add(List.copyOf(order.subList(start, end)));
        covered = end;
      }
    }
    return cliques;
  }
}
