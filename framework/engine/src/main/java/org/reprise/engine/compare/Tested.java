package org.reprise.engine.compare;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reprise.statistics.Differences;
import org.reprise.statistics.Summary;

/**
 * The table that is tested, as tests need it.
 *
 * @param table of a figure of an epoch
 * @param rows names of the rows
 * @param columns names of the columns
 * @param pairs places of the columns that are compared: the one that is higher on average first, or
 *     the one that is compared with the column that was named
 */
record Tested(Table table, List<String> rows, List<String> columns, List<Pair> pairs) {
  /** Two columns by their places. */
  record Pair(int first, int second) {}

  /** Copies the lists. */
  Tested {
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
    pairs = List.copyOf(pairs);
  }

  /** Returns a cell's values by seed, possibly none. */
  SortedMap<Long, Double> values(int row, int column) {
    return table.cells().get(row).get(column).map(Cell::values).orElse(new TreeMap<>());
  }

  /** Returns the seeds that some columns of a row have in common. */
  SortedSet<Long> seeds(int row, List<Integer> of) {
    SortedSet<Long> seeds = new TreeSet<>(values(row, of.get(0)).keySet());
    of.forEach(column -> seeds.retainAll(values(row, column).keySet()));
    return seeds;
  }

  /** Returns the seeds that both columns of a pair have in a row. */
  SortedSet<Long> seeds(int row, Pair pair) {
    return seeds(row, List.of(pair.first(), pair.second()));
  }

  /** Returns a pair's differences in a row, one for each seed that both have. */
  Optional<Differences> differences(int row, Pair pair) {
    SortedSet<Long> seeds = seeds(row, pair);
    return seeds.isEmpty()
        ? Optional.empty()
        : Optional.of(Differences.of(at(row, pair.first(), seeds), at(row, pair.second(), seeds)));
  }

  private double[] at(int row, int column, SortedSet<Long> seeds) {
    SortedMap<Long, Double> values = values(row, column);
    return seeds.stream().mapToDouble(seed -> values.get(seed)).toArray();
  }

  /** Returns the mean over some seeds of a cell. */
  double mean(int row, int column, SortedSet<Long> seeds) {
    double[] values = at(row, column, seeds);
    return Summary.of(values).mean();
  }
}
