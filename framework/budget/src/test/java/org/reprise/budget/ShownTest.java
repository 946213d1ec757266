package org.reprise.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTest {

  @Test
  void visibleTextsStayAsTheyAre() {
    for (String text :
        new String[] {"", "layer1.0.conv.weight", "caf\u00e9 \u65e5\u672c \uD83D\uDE00"}) {
      assertThat(Shown.of(text)).isEqualTo(text);
    }
  }

  @Test
  void whatATerminalObeysIsEscaped() {
    assertThat(Shown.of("\u001b[2J\u0007a\nb\u202e\ud800\u009b\u2028"))
        .isEqualTo("\\u001b[2J\\u0007a\\u000ab\\u202e\\ud800\\u009b\\u2028");
  }

  @Test
  void longTextsAreCut() {
    assertThat(Shown.of("x".repeat(120))).isEqualTo("x".repeat(120));
    assertThat(Shown.of("x".repeat(1_000_000)))
        .isEqualTo("x".repeat(120) + "... (1000000 characters)");
    assertThat(Shown.of("\u0000".repeat(1_000_000)).length()).isLessThan(200);
    assertThat(Shown.of("abcdef", 3)).isEqualTo("abc... (6 characters)");
  }
}
