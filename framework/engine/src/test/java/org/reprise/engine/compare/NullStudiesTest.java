package org.reprise.engine.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.statistics.Quantity;
import org.reprise.statistics.Verdict;

/** Whole tables in which nothing differs: whatever is claimed or marked is false. */
class NullStudiesTest {
  private static final int STUDIES = 1_000;
  private static final int COLUMNS = 3;
  private static final int ROWS = 2;
  private static final int SEEDS = 9;

  @Test
  void oneTableInTwentyHasAFalseClaimAtMost() {
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    Random random = new Random(seed);
    int claims = 0;
    int marks = 0;
    for (int study = 0; study < STUDIES; study++) {
      SeedTests.Outcome outcome =
          new SeedTests(study(random), new Quantity("accuracy", "points", 2)).run();
      claims +=
          outcome.claims().stream()
                  .anyMatch(
                      claim ->
                          claim.verdict() == Verdict.FIRST_HIGHER
                              || claim.verdict() == Verdict.SECOND_HIGHER)
              ? 1
              : 0;
      marks += outcome.marked().isEmpty() ? 0 : 1;
      assertThat(outcome.claims()).hasSize(ROWS * COLUMNS * (COLUMNS - 1) / 2);
      assertThat(outcome.claims()).noneMatch(claim -> claim.verdict() == Verdict.CANNOT_TELL);
    }
    System.out.printf(
        "%d of %d tables without a difference have a false claim, %d a false mark (seed %d)%n",
        claims, STUDIES, marks, seed);
    assertThat(claims)
        .isLessThanOrEqualTo(
            BinomialDistribution.of(STUDIES, 0.05).inverseSurvivalProbability(1e-6));
    assertThat(marks).isLessThanOrEqualTo(claims);
  }

  /** Columns share what a seed brings, as runs of one seed do. */
  private static Tested study(Random random) {
    List<List<Optional<Cell>>> cells = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      double[] shared = random.doubles(SEEDS).toArray();
      List<Optional<Cell>> line = new ArrayList<>();
      for (int column = 0; column < COLUMNS; column++) {
        SortedMap<Long, Double> values = new TreeMap<>();
        SortedMap<Long, Path> sources = new TreeMap<>();
        for (int i = 0; i < SEEDS; i++) {
          values.put((long) i, 70 + shared[i] + random.nextGaussian());
          sources.put((long) i, Path.of("run" + i));
        }
        line.add(Optional.of(Cell.of(values, sources)));
      }
      cells.add(line);
    }
    Table table = new Table(Figure.ACCURACY, Optional.of(Moment.LAST), "accuracy", cells, Set.of());
    List<Tested.Pair> pairs =
        List.of(new Tested.Pair(0, 1), new Tested.Pair(0, 2), new Tested.Pair(1, 2));
    return new Tested(table, List.of("r", "s"), List.of("a", "b", "c"), pairs);
  }
}
