package org.reprise.engine.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.results.Axis;
import org.reprise.engine.results.RunFigures;
import org.reprise.engine.results.RunRecord;
import org.reprise.statistics.Quantity;
import org.reprise.support.Suggestion;

/**
 * What a table allows to say.
 *
 * @param list the sentences
 * @param ranking the columns by their ranks over data sets; empty where there are no ranks to tell
 *     of
 * @param marked cells that are better than every other of their row, by the tests over seeds
 * @param notes why something is not tested
 */
record Claims(
    List<Claim> list, Optional<Ranking> ranking, Set<Table.Position> marked, List<String> notes) {
  /**
   * Beyond so many pairs of columns nobody reads the sentences, and the correction eats them up.
   */
  private static final int MOST_PAIRS = 10;

  /** The key whose rows are the data sets. */
  private static final String DATA_SET = "dataset";

  /**
   * Tests a table.
   *
   * @param layout of the runs
   * @param table a figure of an epoch
   * @param figures of every run of the layout, by its folder
   * @param against the only column that the others are compared with; empty to compare every pair
   */
  static Claims of(
      Layout layout, Table table, Map<Path, RunFigures> figures, Optional<String> against)
      throws IOException {
    List<String> columns =
        layout.columns().stream().map(column -> String.join(", ", column)).toList();
    List<String> rows = layout.rows().stream().map(row -> String.join(", ", row)).toList();
    List<String> notes = new ArrayList<>();
    List<Tested.Pair> pairs = new ArrayList<>();
    if (against.isPresent()) {
      pairs.addAll(pairsWith(columns, against.get()));
    } else if (columns.size() * (columns.size() - 1) / 2 <= MOST_PAIRS) {
      for (int i = 0; i < columns.size(); i++) {
        for (int j = i + 1; j < columns.size(); j++) {
          pairs.add(higherFirst(table, i, j));
        }
      }
    } else {
      notes.add(
          columns.size()
              + " columns are too many to test every pair; --against COLUMN tests the others"
              + " against one.");
    }
    Tested tested = new Tested(table, rows, columns, pairs);
    Optional<String> differing = differingSamples(layout, tested);
    if (differing.isPresent()) {
      notes.add(differing.get());
      return new Claims(List.of(), Optional.empty(), Set.of(), notes);
    }
    Quantity quantity = new Quantity(table.figure().title(), "points", 2);
    List<Claim> claims = new ArrayList<>();
    Optional<Ranking> ranking = Optional.empty();
    if (rows.size() > 1 && areDataSets(layout)) {
      DataSetTests tests = new DataSetTests(tested, quantity);
      claims.addAll(tests.run());
      ranking = tests.ranking();
      ranking.map(Ranking::claim).ifPresent(claims::add);
    } else if (rows.size() > 1) {
      notes.add("No test over data sets: several rows are of one data set, so they are no pairs.");
    }
    SeedTests.Outcome seeds = new SeedTests(tested, quantity).run();
    claims.addAll(seeds.claims());
    if (hasOneSeed(tested)) {
      claims.addAll(new ImageTests(tested, layout, figures, quantity).run());
    }
    return new Claims(claims, ranking, seeds.marked(), notes);
  }

  private static List<Tested.Pair> pairsWith(List<String> columns, String against) {
    int second = columns.indexOf(against);
    if (second < 0) {
      throw new InvalidInputException(
          "--against: no column \"" + against + "\"; " + Suggestion.hint(against, columns));
    }
    List<Tested.Pair> pairs = new ArrayList<>();
    for (int first = 0; first < columns.size(); first++) {
      if (first != second) {
        pairs.add(new Tested.Pair(first, second));
      }
    }
    return pairs;
  }

  /** Which comes first changes how a sentence reads and no test: all are two-sided. */
  private static Tested.Pair higherFirst(Table table, int i, int j) {
    double difference = 0;
    for (List<Optional<Cell>> row : table.cells()) {
      if (row.get(i).isPresent() && row.get(j).isPresent()) {
        difference += row.get(i).get().summary().mean() - row.get(j).get().summary().mean();
      }
    }
    return difference < 0 ? new Tested.Pair(j, i) : new Tested.Pair(i, j);
  }

  /** Tells whether each row is another data set, not another cut or setting of the same one. */
  private static boolean areDataSets(Layout layout) {
    if (!layout.rowKeys().equals(List.of(DATA_SET))) {
      return false;
    }
    Set<String> names = new HashSet<>();
    for (List<String> row : layout.rows()) {
      Set<String> own = new HashSet<>();
      for (List<String> column : layout.columns()) {
        layout
            .runs(row, column)
            .values()
            .forEach(run -> own.add(Axis.of(List.of(run), DATA_SET).label(run)));
      }
      if (!own.stream().allMatch(names::add)) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasOneSeed(Tested tested) {
    for (int row = 0; row < tested.rows().size(); row++) {
      for (Tested.Pair pair : tested.pairs()) {
        if (tested.seeds(row, pair).size() > 1) {
          return false;
        }
      }
    }
    return true;
  }

  /** Says so where runs that would be paired were evaluated on other test samples. */
  private static Optional<String> differingSamples(Layout layout, Tested tested) {
    for (int row = 0; row < tested.rows().size(); row++) {
      for (Tested.Pair pair : tested.pairs()) {
        SortedSet<Long> seeds = tested.seeds(row, pair);
        for (long seed : seeds) {
          RunRecord first =
              layout.runs(layout.rows().get(row), layout.columns().get(pair.first())).get(seed);
          RunRecord second =
              layout.runs(layout.rows().get(row), layout.columns().get(pair.second())).get(seed);
          if (differ(first, second)) {
            return Optional.of(
                "Nothing is tested: "
                    + first.folder()
                    + " and "
                    + second.folder()
                    + " were evaluated on different test samples.");
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean differ(RunRecord first, RunRecord second) {
    if (first.spec().content().get("samples") instanceof Map<?, ?> one
        && second.spec().content().get("samples") instanceof Map<?, ?> other) {
      return one.entrySet().stream()
          .anyMatch(
              entry ->
                  String.valueOf(entry.getKey()).startsWith("test")
                      && other.containsKey(entry.getKey())
                      && !Objects.equals(entry.getValue(), other.get(entry.getKey())));
    }
    return false;
  }
}
