package org.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  private static final List<String> KNOWN = List.of("padding", "watermark", "blm", "blm++", "ilm");

  @Test
  void findsTheNearestName() {
    assertThat(Suggestion.nearest("pading", KNOWN)).contains("padding");
    assertThat(Suggestion.nearest("watremark", KNOWN)).contains("watermark");
    assertThat(Suggestion.nearest("blm+", KNOWN)).contains("blm");
    assertThat(Suggestion.nearest("ilm", KNOWN)).contains("ilm");
  }

  @Test
  void aPrefixStandsForTheWholeName() {
    assertThat(Suggestion.nearest("water", KNOWN)).contains("watermark");
  }

  @Test
  void saysNothingWhereNothingIsNear() {
    assertThat(Suggestion.nearest("convolution", KNOWN)).isEmpty();
    assertThat(Suggestion.nearest("anything", List.of())).isEmpty();
  }

  @Test
  void ofEquallyNearNamesTheFirstInTheAlphabet() {
    assertThat(Suggestion.nearest("xlm", List.of("zlm", "blm", "ilm"))).contains("blm");
  }

  @Test
  void wordsTheHint() {
    assertThat(Suggestion.hint("pading", List.of("b", "padding")))
        .isEqualTo("did you mean \"padding\"? (known: b, padding)");
    assertThat(Suggestion.hint("convolution", List.of("b", "a"))).isEqualTo("known: a, b");
    assertThat(Suggestion.hint("x", List.of())).isEqualTo("there are none");
  }

  @Test
  void lettersSwappedOrInCapitals() {
    assertThat(Suggestion.nearest("Tset", List.of("test"))).contains("test");
    assertThat(Suggestion.nearest("val", List.of("cat", "dog"))).isEmpty();
  }

  @Test
  void wordsTheQuestionAlone() {
    assertThat(Suggestion.didYouMean("pading", KNOWN)).isEqualTo("; did you mean \"padding\"?");
    assertThat(Suggestion.didYouMean("convolution", KNOWN)).isEmpty();
  }
}
