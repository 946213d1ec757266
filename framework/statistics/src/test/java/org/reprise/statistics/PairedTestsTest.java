package org.reprise.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedTestsTest {
  private static final double ROUNDING = 1e-12;

  @Test
  void signFlipsAreAllCounted() throws Exception {
    for (JsonNode c : Fixture.cases("sign-flip")) {
      SignFlipResult result = new SignFlipTest(0).of(Fixture.differences(c));
      assertThat(result.meanDifference()).isCloseTo(Fixture.number(c, "mean"), within(1e-8));
      assertThat(result.pValue().p()).isCloseTo(Fixture.number(c, "p"), within(ROUNDING));
      assertThat(result.pValue().exact()).isTrue();
    }
  }

  @Test
  void wilcoxonIsExactWithTiesAndZeros() throws Exception {
    for (JsonNode c : Fixture.cases("wilcoxon")) {
      WilcoxonResult result = new WilcoxonTest().of(Fixture.differences(c));
      assertThat(result.rankSumAbove()).isEqualTo(Fixture.number(c, "above"));
      assertThat(result.rankSumBelow()).isEqualTo(Fixture.number(c, "below"));
      assertThat(result.pValue().p()).isCloseTo(Fixture.number(c, "p"), within(ROUNDING));
      assertThat(result.pValue().exact()).isTrue();
    }
  }

  @Test
  void wilcoxonOfManyPairsIsTheNormalLimit() throws Exception {
    for (JsonNode c : Fixture.cases("wilcoxon-many")) {
      double[] differences = Fixture.doubles(c.get("differences"));
      WilcoxonResult result =
          new WilcoxonTest().of(Differences.of(differences, new double[differences.length]));
      assertThat(result.pValue().p()).isCloseTo(Fixture.number(c, "p"), within(1e-10));
      assertThat(result.pValue().exact()).isFalse();
      assertThat(result.equal()).isPositive();
    }
  }

  @Test
  void mcNemarIsTheBinomialTest() throws Exception {
    for (JsonNode c : Fixture.cases("mcnemar")) {
      PairedOutcomes outcomes =
          new PairedOutcomes(
              500, c.get("only_first").intValue(), c.get("only_second").intValue(), 70);
      assertThat(new McNemarTest().of(outcomes).pValue().p())
          .isCloseTo(Fixture.number(c, "p"), within(1e-10));
    }
  }

  @Test
  void outcomesAreCountedByWhoIsRight() {
    boolean[] first = {true, true, true, false, false, true};
    boolean[] second = {true, false, false, true, false, false};
    assertThat(PairedOutcomes.of(first, second)).isEqualTo(new PairedOutcomes(1, 3, 1, 1));
    assertThat(PairedOutcomes.of(first, second).accuracyDifference()).isEqualTo(2 / 6.0);
  }

  @Test
  void holmStepsDown() throws Exception {
    for (JsonNode c : Fixture.cases("holm")) {
      List<PValue> family =
          Arrays.stream(Fixture.doubles(c.get("p"))).mapToObj(p -> new PValue(p, 0, true)).toList();
      double[] corrected =
          new HolmCorrection()
              .of(family).stream().mapToDouble(CorrectedPValue::corrected).toArray();
      assertThat(corrected).containsExactly(Fixture.doubles(c.get("corrected")), within(ROUNDING));
    }
  }

  @Test
  void holmKnowsWhatItCouldHaveShown() {
    // 1/32 twice: the clearest result of both is 1/16
    PValue six = new PValue(1 / 32.0, 1 / 32.0, true);
    assertThat(six.canTell()).isTrue();
    assertThat(new HolmCorrection().of(List.of(six, six)))
        .allMatch(p -> !p.canTell() && p.smallest() == 1 / 16.0);
    assertThat(new HolmCorrection().of(List.of(six))).allMatch(CorrectedPValue::canTell);
    // not found, though it could have been
    PValue eight = new PValue(0.4, 1 / 128.0, true);
    assertThat(new HolmCorrection().of(List.of(eight, eight)))
        .allMatch(p -> p.canTell() && p.smallest() == 1 / 64.0 && p.corrected() == 0.8);
  }

  @Test
  void onlyBelowTheLevelIsAClaim() {
    PValue at = new PValue(0.05, 0.05, true);
    PValue below = new PValue(0.0499, 0.0499, true);
    assertThat(at.isSignificant() || at.canTell()).isFalse();
    assertThat(below.isSignificant() && below.canTell()).isTrue();
    CorrectedPValue correctedAt = new HolmCorrection().of(List.of(at)).get(0);
    CorrectedPValue correctedBelow = new HolmCorrection().of(List.of(below)).get(0);
    assertThat(correctedAt.isSignificant() || correctedAt.canTell()).isFalse();
    assertThat(correctedBelow.isSignificant() && correctedBelow.canTell()).isTrue();
  }

  @Test
  void fewerThanSixPairsCannotTell() {
    for (int n = 1; n <= 8; n++) {
      double[] gains = new double[n];
      Arrays.setAll(gains, i -> 1.0 + i * 0.37);
      Differences allAbove = Differences.of(gains, new double[n]);
      double smallest = Math.min(1, Math.pow(2, 1.0 - n));
      for (PValue p :
          List.of(
              new SignFlipTest(0).of(allAbove).pValue(),
              new WilcoxonTest().of(allAbove).pValue())) {
        assertThat(p.p()).isCloseTo(smallest, within(ROUNDING));
        assertThat(p.smallest()).isEqualTo(smallest);
        assertThat(p.canTell()).isEqualTo(n >= 6);
        assertThat(p.isSignificant()).isEqualTo(n >= 6);
      }
    }
  }

  @Test
  void zerosDoNotCountAsPairsThatCouldTell() {
    Differences differences =
        Differences.of(new double[] {1, 2, 3, 4, 5, 7, 7}, new double[] {0, 0, 0, 0, 0, 7, 7});
    assertThat(new SignFlipTest(0).of(differences).pValue().canTell()).isFalse();
    assertThat(new WilcoxonTest().of(differences).pValue().canTell()).isFalse();
  }

  @Test
  void equalValuesHaveNoDifference() {
    double[] same = {71.3, 71.3, 80, 55.55, 60, 61, 62, 63};
    Differences none = Differences.of(same, same);
    assertThat(new SignFlipTest(0).of(none).pValue()).isEqualTo(new PValue(1, 1, true));
    assertThat(new WilcoxonTest().of(none).pValue()).isEqualTo(new PValue(1, 1, true));
    assertThat(new McNemarTest().of(new PairedOutcomes(3, 0, 0, 4)).pValue())
        .isEqualTo(new PValue(1, 1, true));
  }

  @Test
  void manyPairsAreFlippedAtRandomAndValid() {
    double[] gains = new double[40];
    Arrays.setAll(gains, i -> i % 4 == 0 ? -1.0 - i : 1.0 + i);
    Differences differences = Differences.of(gains, new double[40]);
    SignFlipResult result = new SignFlipTest(5).of(differences);
    // ticks that are whole numbers: the exact distribution by counting sums
    double[] probability = new double[821];
    probability[0] = 1;
    for (int size = 1; size <= 40; size++) {
      for (int s = 820; s >= 0; s--) {
        probability[s] = (probability[s] + (s >= size ? probability[s - size] : 0)) / 2;
      }
    }
    double exact = 0;
    double observed = Math.abs(Arrays.stream(gains).sum());
    for (int s = 0; s <= 820; s++) {
      exact += Math.abs(2 * s - 820) >= observed ? probability[s] : 0;
    }
    assertThat(result.pValue().exact()).isFalse();
    double deviation = Math.sqrt(exact * (1 - exact) / 20_000);
    assertThat(result.pValue().p()).isCloseTo(exact, within(5 * deviation + 1e-4));
    assertThat(new SignFlipTest(5).of(differences)).isEqualTo(result);
  }

  @Test
  void differencesThatDifferByRoundingAreEqual() {
    Differences differences =
        Differences.of(new double[] {0.3, 0.2, 1.1}, new double[] {0.2, 0.1, 1.0});
    assertThat(0.3 - 0.2).isNotEqualTo(0.2 - 0.1);
    assertThat(differences.ticks()).containsOnly(differences.ticks()[0]);
    assertThat(Differences.of(new double[] {0.1 + 0.2}, new double[] {0.3}).equal()).isOne();
    assertThat(differences.mean()).isCloseTo(0.1, within(1e-9));
  }
}
