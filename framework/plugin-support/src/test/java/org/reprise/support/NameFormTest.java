package org.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameFormTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cafe\u0301 | caf\u00e9",
        "caf\u00e9 | caf\u00e9",
        "Lady\u2019s slipper | Lady's slipper",
        "\u201cwild\u201e | \"wild\"",
        "\ufb01eld, a\ufb04uent, \ufb05 | field, affluent, st",
        "\uff21\uff5a\uff10\uff01\u3000x | Az0! x",
        "\u65e5\u672c x\u00b2 \uac00 | \u65e5\u672c x\u00b2 \uac00"
      })
  void namesThatLookAlikeHaveOneForm(String name, String form) {
    assertThat(NameForm.of(name)).isEqualTo(form);
    assertThat(NameForm.of(form)).isEqualTo(form);
  }
}
