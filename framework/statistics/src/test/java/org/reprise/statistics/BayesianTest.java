package org.reprise.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class BayesianTest {
  /**
   * Five standard deviations of a share of 50,000 samples, and as much as the fixture's million.
   */
  private static final double NOISE = 5 * Math.sqrt(0.25 / 50_000 + 0.25 / 1_000_000);

  @Test
  void regionsHaveTheProbabilitiesOfALongSample() throws Exception {
    for (JsonNode c : Fixture.cases("bayesian-signed-rank")) {
      BayesianSignedRankResult result =
          new BayesianSignedRankTest(Fixture.number(c, "rope"), 1).of(Fixture.differences(c));
      assertThat(result.left()).isCloseTo(Fixture.number(c, "left"), within(NOISE));
      assertThat(result.within()).isCloseTo(Fixture.number(c, "within"), within(NOISE));
      assertThat(result.right()).isCloseTo(Fixture.number(c, "right"), within(NOISE));
    }
  }

  @Test
  void borderBelongsToTheRegion() {
    // 0.3 - 0.2 is not quite 0.1: still exactly at the border, and so within
    Differences border =
        Differences.of(new double[] {0.3, 0.2, 0.8, 1.1}, new double[] {0.2, 0.1, 0.7, 1.0});
    assertThat(new BayesianSignedRankTest(0.1, 0).of(border).within()).isOne();
    assertThat(new BayesianSignedRankTest(0.0999, 0).of(border).right()).isGreaterThan(0.5);
  }

  @Test
  void mirroredDifferencesMirrorTheResult() {
    double[] a = {5, 3, 4, 6, 1, 2, -1};
    Differences up = Differences.of(a, new double[7]);
    Differences down = Differences.of(new double[7], a);
    BayesianSignedRankTest test = new BayesianSignedRankTest(1, 8);
    assertThat(test.of(up).right()).isCloseTo(test.of(down).left(), within(NOISE));
    assertThat(test.of(up)).isEqualTo(test.of(up));
  }

  @Test
  void noDifferenceIsEquivalence() {
    double[] same = {1, 2, 3};
    BayesianSignedRankResult result =
        new BayesianSignedRankTest(1, 0).of(Differences.of(same, same));
    assertThat(result.within()).isOne();
  }
}
