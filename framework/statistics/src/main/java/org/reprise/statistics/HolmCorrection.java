package org.reprise.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Holm's step-down correction (1979): of all comparisons of a table taken together, the chance of
 * one false claim or more stays below the level, whatever the dependence between them.
 */
public final class HolmCorrection {
  /**
   * Corrects a family of p values.
   *
   * @param family the p values of all comparisons that are made, at least one; leaving out those
   *     that came out badly would make the rest worthless
   * @return the corrected values in the same order
   * @throws IllegalArgumentException if there is none
   */
  public List<CorrectedPValue> of(List<PValue> family) {
    int m = Inputs.atLeast("the number of p values", family.size(), 1);
    double[] corrected = stepDown(family.stream().mapToDouble(PValue::p).toArray());
    // Holm's correction is monotone in every p: the smallest ones, corrected, are the smallest
    double[] smallest = stepDown(family.stream().mapToDouble(PValue::smallest).toArray());
    List<CorrectedPValue> result = new ArrayList<>(m);
    for (int i = 0; i < m; i++) {
      result.add(new CorrectedPValue(family.get(i), corrected[i], smallest[i], m));
    }
    return List.copyOf(result);
  }

  private static double[] stepDown(double[] p) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> p[i]));
    double[] corrected = new double[p.length];
    double largest = 0;
    for (int step = 0; step < p.length; step++) {
      int i = order.get(step);
      largest = Math.max(largest, Math.min(1, (p.length - step) * p[i]));
      corrected[i] = largest;
    }
    return corrected;
  }
}
