package org.reprise.mappers.bayesian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.FakeLabelMapperContext;

final class BayesianOptionsTest {

  @ParameterizedTest
  @ValueSource(doubles = {-1, -1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesSmoothingOutOfRange(double laplace) {
    assertThatThrownBy(() -> new BlmOptions(laplace))
        .isInstanceOfSatisfying(
            InvalidOptionException.class, e -> assertThat(e.option()).isEqualTo("laplace"));
    assertThatThrownBy(() -> new BlmPlusPlusOptions(laplace, 0.15, Optional.empty()))
        .isInstanceOf(InvalidOptionException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.0001, Double.NaN})
  void refusesARatioOutOfRange(double ratio) {
    assertThatThrownBy(() -> new BlmPlusPlusOptions(1, ratio, Optional.empty()))
        .isInstanceOfSatisfying(
            InvalidOptionException.class, e -> assertThat(e.option()).isEqualTo("top-k-ratio"));
  }

  @Test
  void refusesKBelowOne() {
    assertThatThrownBy(() -> new BlmPlusPlusOptions(1, 0.15, Optional.of(0)))
        .isInstanceOfSatisfying(
            InvalidOptionException.class, e -> assertThat(e.option()).isEqualTo("top-k"));
  }

  /**
   * Values of Python's {@code max(1, int(kt * 0.15))}; 0.15 * 20 is 3.0 and 0.29 * 100 is 28.99...
   */
  @Test
  void ratioIsFlooredAsInPython() {
    int[][] expected = {{1, 1}, {6, 1}, {10, 1}, {20, 3}, {47, 7}, {100, 15}, {102, 15}, {397, 59}};
    for (int[] pair : expected) {
      assertThat(new BlmPlusPlusOptions(1, 0.15, Optional.empty()).k(pair[0])).isEqualTo(pair[1]);
    }
    assertThat(new BlmPlusPlusOptions(1, 0.29, Optional.empty()).k(100)).isEqualTo(28);
    assertThat(new BlmPlusPlusOptions(1, 1, Optional.empty()).k(7)).isEqualTo(7);
  }

  @Test
  void topKOverridesTheRatio() {
    assertThat(new BlmPlusPlusOptions(1, 0.5, Optional.of(3)).k(100)).isEqualTo(3);
  }

  @Test
  void refusesMoreThanAllSourceLabels() {
    FakeLabelMapperContext context = new FakeLabelMapperContext(5, 20, 0);
    assertThatThrownBy(
            () ->
                new BlmPlusPlusFactory()
                    .create(new BlmPlusPlusOptions(1, 0.15, Optional.of(6)), context))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("6")
        .hasMessageContaining("5");
    assertThatThrownBy(
            () ->
                new BlmPlusPlusFactory()
                    .create(new BlmPlusPlusOptions(1, 0.5, Optional.empty()), context))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("top-k-ratio");
  }

  @Test
  void aliases() {
    assertThat(new BlmPlusPlusFactory().aliases()).containsExactly("blm+", "blmp", "blmpp");
  }
}
