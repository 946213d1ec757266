package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reprise.engine.results.Axes;
import org.reprise.engine.results.Axis;
import org.reprise.engine.results.RunRecord;
import org.reprise.engine.results.SessionRecord;

/**
 * Which run stands in which cell of a table: one run for each seed.
 *
 * @param rowKeys keys of the rows
 * @param columnKeys keys of the columns
 * @param rows the values of the row keys, a list for each row, in order
 * @param columns the values of the column keys likewise
 * @param cells the runs by seed of each cell that has any
 * @param superseded runs that do not count, since a newer one has the same keys and seed
 */
record Layout(
    List<String> rowKeys,
    List<String> columnKeys,
    List<List<String>> rows,
    List<List<String>> columns,
    Map<Place, SortedMap<Long, RunRecord>> cells,
    List<RunRecord> superseded) {

  /** A cell. */
  record Place(List<String> row, List<String> column) {}

  private static final Comparator<List<String>> ORDER =
      (one, other) -> {
        for (int i = 0; i < one.size(); i++) {
          int order = Axis.ORDER.compare(one.get(i), other.get(i));
          if (order != 0) {
            return order;
          }
        }
        return 0;
      };

  /**
   * Lays runs out.
   *
   * @param runs complete ones
   * @param rowKeys as asked for
   * @param columnKeys as asked for
   */
  static Layout of(Collection<RunRecord> runs, List<String> rowKeys, List<String> columnKeys) {
    List<String> rowsAndRest = new ArrayList<>(rowKeys);
    for (Axis axis : Axes.of(runs).axes()) {
      if (!axis.key().equals(Axis.SEED) && !isSaid(axis.key(), rowKeys, columnKeys)) {
        rowsAndRest.add(axis.key());
      }
    }
    List<Axis> rowAxes = rowsAndRest.stream().map(key -> Axis.of(runs, key)).toList();
    List<Axis> columnAxes = columnKeys.stream().map(key -> Axis.of(runs, key)).toList();
    Map<Place, SortedMap<Long, RunRecord>> cells = new LinkedHashMap<>();
    List<RunRecord> superseded = new ArrayList<>();
    for (RunRecord run : runs) {
      Place place = new Place(labels(rowAxes, run), labels(columnAxes, run));
      SortedMap<Long, RunRecord> bySeed = cells.computeIfAbsent(place, p -> new TreeMap<>());
      RunRecord before = bySeed.get(run.seed());
      boolean counts = before == null || NEWER.compare(run, before) > 0;
      if (counts) {
        bySeed.put(run.seed(), run);
      }
      if (before != null) {
        superseded.add(counts ? before : run);
      }
    }
    return new Layout(
        rowsAndRest,
        columnKeys,
        cells.keySet().stream().map(Place::row).distinct().sorted(ORDER).toList(),
        cells.keySet().stream().map(Place::column).distinct().sorted(ORDER).toList(),
        cells,
        superseded);
  }

  private static final Comparator<RunRecord> NEWER =
      Comparator.comparing(Layout::started).thenComparing(run -> run.folder().toString());

  private static String started(RunRecord run) {
    List<SessionRecord> sessions = run.sessions();
    return sessions.isEmpty() ? "" : sessions.get(sessions.size() - 1).started();
  }

  /** A key within a block that is a row or column is told there. */
  private static boolean isSaid(String key, List<String> rowKeys, List<String> columnKeys) {
    return rowKeys.stream().anyMatch(said -> covers(said, key))
        || columnKeys.stream().anyMatch(said -> covers(said, key));
  }

  private static boolean covers(String said, String key) {
    return key.equals(said) || key.startsWith(said + ".");
  }

  private static List<String> labels(List<Axis> axes, RunRecord run) {
    return axes.stream().map(axis -> axis.label(run)).toList();
  }

  /** Returns the runs of a cell by seed, possibly none. */
  SortedMap<Long, RunRecord> runs(List<String> row, List<String> column) {
    return cells.getOrDefault(new Place(row, column), new TreeMap<>());
  }
}
