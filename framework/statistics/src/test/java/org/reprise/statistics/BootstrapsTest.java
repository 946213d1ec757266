package org.reprise.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class BootstrapsTest {
  @Test
  void pairedIntervalIsTheStudentisedOne() throws Exception {
    for (JsonNode c : Fixture.cases("paired-bootstrap")) {
      Interval interval =
          new PairedBootstrap(0.95, 3).of(Fixture.differences(c)).interval().orElseThrow();
      double lower = Fixture.number(c, "lower");
      double upper = Fixture.number(c, "upper");
      // 9,999 resamples beside 400,000: the ends move by some per cent of the width
      double noise = 0.06 * (upper - lower);
      assertThat(interval.lower()).isCloseTo(lower, within(noise));
      assertThat(interval.upper()).isCloseTo(upper, within(noise));
    }
  }

  @Test
  void oneSeedGivesOneInterval() throws Exception {
    Differences differences = Fixture.differences(Fixture.cases("paired-bootstrap").get(0));
    BootstrapResult once = new PairedBootstrap(0.95, 3).of(differences);
    assertThat(new PairedBootstrap(0.95, 3).of(differences)).isEqualTo(once);
    assertThat(new PairedBootstrap(0.95, 4).of(differences)).isNotEqualTo(once);
  }

  @Test
  void fewOrEqualPairsHaveNoInterval() {
    PairedBootstrap bootstrap = new PairedBootstrap(0.95, 1);
    Differences five = Differences.of(new double[] {1, 2, 3, 4, 6}, new double[5]);
    assertThat(bootstrap.of(five).interval()).isEmpty();
    Differences equal = Differences.of(new double[] {.1, .1, .1, .1, .1, .1, .1}, new double[7]);
    assertThat(bootstrap.of(equal).interval()).isEmpty();
    assertThat(bootstrap.of(equal).meanDifference()).isCloseTo(0.1, within(1e-12));
    // all but one alike: a third of the resamples has no spread
    Differences almost = Differences.of(new double[] {1, 1, 1, 1, 1, 3}, new double[6]);
    assertThat(bootstrap.of(almost).interval()).isEmpty();
  }

  @Test
  void imageIntervalIsTheExactDistributionsOne() throws Exception {
    for (JsonNode c : Fixture.cases("image-bootstrap")) {
      int images = c.get("images").intValue();
      int onlyFirst = c.get("only_first").intValue();
      int onlySecond = c.get("only_second").intValue();
      int rest = images - onlyFirst - onlySecond;
      BootstrapResult result =
          new ImageBootstrap(Fixture.number(c, "level"))
              .of(new PairedOutcomes(rest / 2, onlyFirst, onlySecond, rest - rest / 2));
      assertThat(result.pairs()).isEqualTo(images);
      Interval interval = result.interval().orElseThrow();
      assertThat(interval.lower()).isEqualTo(Fixture.number(c, "lower"));
      assertThat(interval.upper()).isEqualTo(Fixture.number(c, "upper"));
    }
  }

  @Test
  void manyImagesApproachTheNormalLimit() {
    PairedOutcomes large = new PairedOutcomes(3_000_000, 1_000_000, 1_010_000, 1_000_000);
    Interval interval = new ImageBootstrap(0.95).of(large).interval().orElseThrow();
    double error = Math.sqrt(2_010_000.0 / 6_010_000 / 6_010_000);
    assertThat(interval.lower()).isCloseTo(-10_000 / 6_010_000.0 - 1.96 * error, within(2e-6));
    assertThat(interval.upper()).isCloseTo(-10_000 / 6_010_000.0 + 1.96 * error, within(2e-6));
  }

  @Test
  void fewDiscordantImagesHaveNoInterval() {
    assertThat(new ImageBootstrap(0.95).of(new PairedOutcomes(900, 0, 0, 100)).interval())
        .isEmpty();
    assertThat(new ImageBootstrap(0.95).of(new PairedOutcomes(900, 9, 0, 91)).interval()).isEmpty();
    assertThat(new ImageBootstrap(0.95).of(new PairedOutcomes(900, 10, 0, 90)).interval())
        .isPresent();
  }
}
