package org.reprise.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FiguresTest {
  private static final double ROUNDING = 1e-12;

  @Test
  void meanAndSampleDeviation() throws Exception {
    for (JsonNode c : Fixture.cases("summary")) {
      double[] values = Fixture.doubles(c.get("values"));
      Summary summary = Summary.of(values);
      assertThat(summary.n()).isEqualTo(values.length);
      assertThat(summary.mean()).isCloseTo(Fixture.number(c, "mean"), within(ROUNDING * 100));
      assertThat(summary.deviation().orElseThrow())
          .isCloseTo(Fixture.number(c, "deviation"), within(ROUNDING * 100));
    }
  }

  @Test
  void oneValueHasNoDeviationAndEqualOnesHaveZero() {
    assertThat(Summary.of(71.3)).isEqualTo(new Summary(1, 71.3, OptionalDouble.empty()));
    assertThat(Summary.of(0.1, 0.1, 0.1)).isEqualTo(new Summary(3, 0.1, OptionalDouble.of(0)));
  }

  @Test
  void deviationSurvivesALargeMean() {
    assertThat(Summary.of(1e9 + 1, 1e9 + 2, 1e9 + 3).deviation().orElseThrow()).isEqualTo(1);
  }

  @Test
  void accuracyPerClassMeanAndMacroF1() throws Exception {
    for (JsonNode c : Fixture.cases("classification")) {
      int[] labels = Fixture.ints(c.get("labels"));
      ClassificationFigures figures =
          ClassificationFigures.of(
              ConfusionMatrix.of(
                  labels, Fixture.ints(c.get("predictions")), c.get("classes").intValue()));
      assertThat(figures.images()).isEqualTo(labels.length);
      assertThat(figures.accuracy()).isCloseTo(Fixture.number(c, "accuracy"), within(ROUNDING));
      assertThat(figures.perClassMean())
          .isCloseTo(Fixture.number(c, "per_class_mean"), within(ROUNDING));
      assertThat(figures.macroF1()).isCloseTo(Fixture.number(c, "macro_f1"), within(ROUNDING));
    }
  }

  @Test
  void absentClasses() {
    // class 0: 2 of 2 right; class 1: has no image, predicted once; class 2: 0 of 1; 3: nowhere
    ConfusionMatrix matrix = ConfusionMatrix.of(new int[] {0, 0, 2}, new int[] {0, 0, 1}, 4);
    assertThat(matrix.count(2, 1)).isOne();
    assertThat(matrix.count(1, 2)).isZero();
    assertThat(ClassificationFigures.of(matrix))
        .isEqualTo(new ClassificationFigures(3, 2 / 3.0, 1 / 2.0, 1 / 3.0));
  }

  @Test
  void calibrationError() throws Exception {
    for (JsonNode c : Fixture.cases("calibration")) {
      double error =
          new CalibrationError(c.get("bins").intValue())
              .of(Fixture.doubles(c.get("probabilities")), Fixture.booleans(c.get("correct")));
      assertThat(error).isCloseTo(Fixture.number(c, "error"), within(ROUNDING));
    }
  }

  @Test
  void bordersBelongToTheBinBelow() {
    CalibrationError ten = new CalibrationError(10);
    // 0.7 with 0.65 in one bin cancel: (0.7 - 1 + 0.65) / 2; in two bins they do not
    for (int tenth = 1; tenth <= 10; tenth++) {
      double border = tenth / 10.0;
      double inside = border - 0.05;
      double error = ten.of(new double[] {border, inside}, new boolean[] {true, false});
      assertThat(error).isCloseTo(Math.abs(border - 1 + inside) / 2, within(ROUNDING));
    }
    assertThat(ten.of(new double[] {0, 1}, new boolean[] {false, true})).isZero();
  }
}
