package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.reprise.statistics.BootstrapResult;
import org.reprise.statistics.CorrectedPValue;
import org.reprise.statistics.Differences;
import org.reprise.statistics.HolmCorrection;
import org.reprise.statistics.PairedBootstrap;
import org.reprise.statistics.Quantity;
import org.reprise.statistics.Sentences;
import org.reprise.statistics.SignFlipResult;
import org.reprise.statistics.SignFlipTest;
import org.reprise.statistics.Statement;
import org.reprise.statistics.Verdict;

/**
 * Pairs of columns within each row, over seeds. All comparisons of a table are one family: with
 * Holm's correction a study in which nothing differs has a false claim in 5 % of the cases at most.
 */
final class SeedTests {
  private static final long SEED = 0;

  private final Tested tested;
  private final Quantity quantity;

  SeedTests(Tested tested, Quantity quantity) {
    this.tested = tested;
    this.quantity = quantity;
  }

  private record Compared(
      int row, Tested.Pair pair, SignFlipResult test, BootstrapResult interval) {}

  /**
   * What came out.
   *
   * @param claims a sentence for each comparison
   * @param marked cells that are better than every other of their row
   */
  record Outcome(List<Claim> claims, Set<Table.Position> marked) {}

  /** Tests every pair in every row. */
  Outcome run() {
    List<Compared> family =
        IntStream.range(0, tested.rows().size())
            .boxed()
            .flatMap(row -> tested.pairs().stream().map(pair -> new Object[] {row, pair}))
            .parallel()
            .map(key -> compare((int) key[0], (Tested.Pair) key[1]))
            .flatMap(Optional::stream)
            .toList();
    if (family.isEmpty()) {
      return new Outcome(List.of(), Set.of());
    }
    List<CorrectedPValue> corrected =
        new HolmCorrection().of(family.stream().map(one -> one.test().pValue()).toList());
    List<Claim> claims = new ArrayList<>();
    Set<List<Integer>> won = new HashSet<>(); // row, winner, loser
    for (int i = 0; i < family.size(); i++) {
      Compared one = family.get(i);
      Statement statement =
          sentences(one.pair())
              .seeds(
                  tested.rows().get(one.row()),
                  one.test(),
                  one.interval(),
                  family.size() == 1 ? Optional.empty() : Optional.of(corrected.get(i)));
      claims.add(new Claim(Claim.Kind.SEEDS, statement.text(), statement.verdict(), source(one)));
      boolean firstWins = statement.verdict() == better();
      boolean secondWins =
          statement.verdict() != better()
              && (statement.verdict() == Verdict.FIRST_HIGHER
                  || statement.verdict() == Verdict.SECOND_HIGHER);
      if (firstWins) {
        won.add(List.of(one.row(), one.pair().first(), one.pair().second()));
      }
      if (secondWins) {
        won.add(List.of(one.row(), one.pair().second(), one.pair().first()));
      }
    }
    return new Outcome(claims, marked(won));
  }

  private Optional<Compared> compare(int row, Tested.Pair pair) {
    return tested
        .differences(row, pair)
        .map(
            differences ->
                new Compared(
                    row, pair, new SignFlipTest(SEED).of(differences), interval(differences)));
  }

  private static BootstrapResult interval(Differences differences) {
    return new PairedBootstrap(0.95, SEED).of(differences);
  }

  private Set<Table.Position> marked(Set<List<Integer>> won) {
    Set<Table.Position> marked = new HashSet<>();
    for (int row = 0; row < tested.rows().size(); row++) {
      int at = row;
      List<Integer> columns =
          IntStream.range(0, tested.columns().size())
              .filter(column -> !tested.values(at, column).isEmpty())
              .boxed()
              .toList();
      for (int column : columns) {
        if (columns.size() > 1
            && columns.stream()
                .allMatch(other -> other == column || won.contains(List.of(at, column, other)))) {
          marked.add(new Table.Position(at, column));
        }
      }
    }
    return marked;
  }

  private Verdict better() {
    return tested.table().figure().higherIsBetter() ? Verdict.FIRST_HIGHER : Verdict.SECOND_HIGHER;
  }

  private Sentences sentences(Tested.Pair pair) {
    return new Sentences(
        tested.columns().get(pair.first()), tested.columns().get(pair.second()), quantity);
  }

  private String source(Compared one) {
    return Sources.of(tested.table())
        + ", paired by seed "
        + tested.seeds(one.row(), one.pair()).stream()
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
  }
}
