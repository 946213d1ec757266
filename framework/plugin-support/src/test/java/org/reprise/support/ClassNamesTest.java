package org.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassNamesTest {

  @Test
  void lowerCaseWithSpaces() {
    assertThat(ClassNames.shown(List.of("Apply_Eye-Makeup", "ilm", "2012 Audi TT")))
        .containsExactly("apply eye makeup", "ilm", "2012 audi tt");
  }

  @Test
  void namesThatBecomeEqualKeepTheirLabel() {
    assertThat(ClassNames.shown(List.of("crane", "a", "Crane", "", "a")))
        .containsExactly(
            "crane (label 0)", "a (label 1)", "crane (label 2)", "(label 3)", "a (label 4)");
    assertThat(ClassNames.shown(List.of())).isEmpty();
  }

  @Test
  void spokenNamesHaveNoMarks() {
    List<String> shown = ClassNames.shown(List.of("crane", "tea", "Crane", "", "tea (label 4)"));
    assertThat(ClassNames.spoken(shown))
        .containsExactly("crane", "tea", "crane", "(label 3)", "tea (label 4)");
    assertThat(ClassNames.spoken(List.of("crane (label 0)", "x"))).contains("crane (label 0)");
    assertThat(ClassNames.spoken(List.of())).isEmpty();
  }
}
