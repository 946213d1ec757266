package org.reprise.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RanksTest {
  @Test
  void ranksAndFriedmansStatistic() throws Exception {
    for (JsonNode c : Fixture.cases("friedman")) {
      RankTable table = table(c);
      double[] averages = table.averageRanks().stream().mapToDouble(r -> r).toArray();
      assertThat(averages).containsExactly(Fixture.doubles(c.get("ranks")), within(1e-12));
      FriedmanResult result = new FriedmanTest(11).of(table);
      if (c.has("chi_square")) {
        assertThat(result.chiSquare()).isCloseTo(Fixture.number(c, "chi_square"), within(1e-10));
        assertThat(result.chiSquareP()).isCloseTo(Fixture.number(c, "chi_square_p"), within(1e-10));
      }
      if (c.has("p")) {
        double p = Fixture.number(c, "p");
        double deviation = Math.sqrt(p * (1 - p) / 20_000);
        assertThat(result.pValue().p()).isCloseTo(p, within(5 * deviation + 1e-4));
      }
    }
  }

  @Test
  void nemenyisDifferenceAndCliques() throws Exception {
    for (JsonNode c : Fixture.cases("friedman")) {
      for (String level : List.of("0.05", "0.1")) {
        JsonNode expected = c.get("nemenyi_" + level);
        NemenyiResult result = new NemenyiTest(Double.parseDouble(level)).of(table(c));
        assertThat(result.criticalDifference())
            .isCloseTo(Fixture.number(expected, "critical_difference"), within(1e-6));
        List<List<Integer>> cliques = new ArrayList<>();
        for (JsonNode group : expected.get("cliques")) {
          List<Integer> members = new ArrayList<>();
          group.forEach(member -> members.add(member.intValue()));
          cliques.add(members);
        }
        assertThat(result.cliques()).isEqualTo(cliques);
      }
    }
  }

  @Test
  void studentizedRangeForAnyNumberOfMethods() throws Exception {
    for (JsonNode c : Fixture.cases("studentized-range")) {
      StudentizedRange range = new StudentizedRange(c.get("groups").intValue());
      double quantile = range.quantile(Fixture.number(c, "level"));
      assertThat(quantile).isCloseTo(Fixture.number(c, "quantile"), within(1e-6));
    }
  }

  @Test
  void publishedCriticalValues() {
    // Demšar, JMLR 7 (2006), table 5 (a): two to ten methods
    Map<Double, double[]> published =
        Map.of(
            0.05, new double[] {1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164},
            0.1, new double[] {1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920});
    published.forEach(
        (level, values) -> {
          for (int methods = 2; methods <= 10; methods++) {
            double[][] one = new double[1][methods];
            double unit = Math.sqrt(methods * (methods + 1) / 6.0); // of one data set
            NemenyiResult result = new NemenyiTest(level).of(RankTable.ofHigherIsBetter(one));
            assertThat(result.criticalDifference() / unit)
                .as("%s methods at %s", methods, level)
                .isCloseTo(values[methods - 2], within(0.0011));
          }
        });
  }

  @Test
  void fewDataSetsCannotTell() {
    double[][] two = {{3, 2, 1}, {30, 20, 10}};
    FriedmanResult friedman = new FriedmanTest(0).of(RankTable.ofHigherIsBetter(two));
    assertThat(friedman.pValue().p()).isCloseTo(1 / 6.0, within(0.015));
    assertThat(friedman.pValue().canTell()).isFalse();
    assertThat(new NemenyiTest(0.05).of(RankTable.ofHigherIsBetter(two)).canTell()).isFalse();
    double[][] six = new double[6][];
    for (int i = 0; i < 6; i++) {
      six[i] = new double[] {3 + i, 2 + i, 1 + i};
    }
    FriedmanResult clear = new FriedmanTest(0).of(RankTable.ofHigherIsBetter(six));
    assertThat(clear.pValue().canTell()).isTrue();
    assertThat(clear.pValue().isSignificant()).isTrue();
    assertThat(new NemenyiTest(0.05).of(RankTable.ofHigherIsBetter(six)).canTell()).isTrue();
  }

  @Test
  void methodsThatTieEverywhereDoNotDiffer() {
    double[][] same = {{5, 5, 5}, {0.1 + 0.2, 0.3, 0.3}};
    RankTable table = RankTable.ofHigherIsBetter(same);
    assertThat(table.averageRanks()).containsExactly(2.0, 2.0, 2.0);
    FriedmanResult result = new FriedmanTest(0).of(table);
    assertThat(result.chiSquare()).isZero();
    assertThat(result.chiSquareP()).isOne();
    assertThat(result.pValue()).isEqualTo(new PValue(1, 1, false));
    assertThat(new NemenyiTest(0.05).of(table).cliques()).containsExactly(List.of(0, 1, 2));
  }

  private static RankTable table(JsonNode c) {
    List<double[]> rows = new ArrayList<>();
    c.get("scores").forEach(row -> rows.add(Fixture.doubles(row)));
    return RankTable.ofHigherIsBetter(rows.toArray(double[][]::new));
  }
}
