package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.reprise.statistics.BayesianSignedRankTest;
import org.reprise.statistics.CorrectedPValue;
import org.reprise.statistics.Differences;
import org.reprise.statistics.FriedmanTest;
import org.reprise.statistics.HolmCorrection;
import org.reprise.statistics.NemenyiTest;
import org.reprise.statistics.PValue;
import org.reprise.statistics.Quantity;
import org.reprise.statistics.RankTable;
import org.reprise.statistics.Sentences;
import org.reprise.statistics.Statement;
import org.reprise.statistics.WilcoxonResult;
import org.reprise.statistics.WilcoxonTest;

/** Columns over data sets: each row is one, with its mean over the seeds that are compared. */
final class DataSetTests {
  private static final long SEED = 0;

  /** Half the width of the region of practical equivalence, in percentage points. */
  private static final double ROPE = 1;

  private final Tested tested;
  private final Quantity quantity;

  DataSetTests(Tested tested, Quantity quantity) {
    this.tested = tested;
    this.quantity = quantity;
  }

  /** Tests every pair of columns. */
  List<Claim> run() {
    List<Claim> claims = new ArrayList<>();
    List<Tested.Pair> pairs = new ArrayList<>();
    List<List<Integer>> rows = new ArrayList<>();
    List<Differences> differences = new ArrayList<>();
    for (Tested.Pair pair : tested.pairs()) {
      List<Integer> both = rowsWith(List.of(pair.first(), pair.second()));
      if (both.size() > 1) {
        pairs.add(pair);
        rows.add(both);
        differences.add(
            Differences.of(means(both, pair, pair.first()), means(both, pair, pair.second())));
      }
    }
    List<WilcoxonResult> tests =
        differences.stream().map(one -> new WilcoxonTest().of(one)).toList();
    List<PValue> family = tests.stream().map(WilcoxonResult::pValue).toList();
    List<CorrectedPValue> corrected =
        family.size() < 2 ? List.of() : new HolmCorrection().of(family);
    for (int i = 0; i < pairs.size(); i++) {
      Sentences sentences =
          new Sentences(
              tested.columns().get(pairs.get(i).first()),
              tested.columns().get(pairs.get(i).second()),
              quantity);
      String source = source(rows.get(i));
      claims.add(
          claim(
              sentences.dataSets(
                  tests.get(i),
                  corrected.isEmpty() ? Optional.empty() : Optional.of(corrected.get(i))),
              source));
      claims.add(
          claim(
              sentences.dataSets(new BayesianSignedRankTest(ROPE, SEED).of(differences.get(i))),
              source));
    }
    return claims;
  }

  /** Ranks all columns; empty if there are fewer than three, or rows with all of them than two. */
  Optional<Ranking> ranking() {
    List<Integer> all = IntStream.range(0, tested.columns().size()).boxed().toList();
    if (all.size() < 3) {
      return Optional.empty();
    }
    List<Integer> rows = rowsWith(all);
    if (rows.size() < 2) {
      return Optional.empty();
    }
    double sign = tested.table().figure().higherIsBetter() ? 1 : -1;
    double[][] scores = new double[rows.size()][];
    for (int i = 0; i < scores.length; i++) {
      int row = rows.get(i);
      SortedSet<Long> seeds = tested.seeds(row, all);
      scores[i] =
          all.stream().mapToDouble(column -> sign * tested.mean(row, column, seeds)).toArray();
    }
    RankTable table = RankTable.ofHigherIsBetter(scores);
    return Optional.of(
        new Ranking(
            tested.columns(),
            new FriedmanTest(SEED).of(table),
            new NemenyiTest(PValue.LEVEL).of(table),
            source(rows)));
  }

  private List<Integer> rowsWith(List<Integer> columns) {
    return IntStream.range(0, tested.rows().size())
        .filter(row -> !tested.seeds(row, columns).isEmpty())
        .boxed()
        .toList();
  }

  private double[] means(List<Integer> rows, Tested.Pair pair, int column) {
    return rows.stream()
        .mapToDouble(row -> tested.mean(row, column, tested.seeds(row, pair)))
        .toArray();
  }

  private String source(List<Integer> rows) {
    return Sources.of(tested.table())
        + ", means over the seeds that all have, of "
        + (rows.size() == tested.rows().size()
            ? "all " + rows.size() + " rows"
            : rows.stream().map(tested.rows()::get).collect(Collectors.joining(", ")));
  }

  private static Claim claim(Statement statement, String source) {
    return new Claim(Claim.Kind.DATA_SETS, statement.text(), statement.verdict(), source);
  }
}
