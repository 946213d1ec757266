package org.reprise.engine.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Groups samples by label. */
final class Classes {
  private Classes() {}

  /** Returns the indices of each class that occurs, classes and indices ascending. */
  static List<List<Integer>> of(int[] labels) {
    TreeMap<Integer, List<Integer>> classes = new TreeMap<>();
    for (int i = 0; i < labels.length; i++) {
      classes.computeIfAbsent(labels[i], label -> new ArrayList<>()).add(i);
    }
    return List.copyOf(classes.values());
  }
}
