package org.reprise.engine.compare;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reprise.statistics.Summary;

/**
 * A figure of one cell over seeds.
 *
 * @param values by seed, in the figure's unit; at least one
 * @param sources the run directory of each seed
 * @param summary their mean, deviation and number
 */
public record Cell(SortedMap<Long, Double> values, SortedMap<Long, Path> sources, Summary summary) {
  /** Copies the maps. */
  public Cell {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
  }

  /**
   * Sums values up.
   *
   * @param values by seed, at least one
   * @param sources the run directory of each seed
   */
  static Cell of(SortedMap<Long, Double> values, SortedMap<Long, Path> sources) {
    double[] numbers = values.values().stream().mapToDouble(Double::doubleValue).toArray();
    return new Cell(values, sources, Summary.of(numbers));
  }
}
